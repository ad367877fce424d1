package io.ferrule.stunnel;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What strerror(3) says of an error of the file system, with its number. */
final class ErrorText {
    private ErrorText() {}

    static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory (2)";
        }
        if (e instanceof AccessDeniedException) {
            return "Permission denied (13)";
        }
        if (e instanceof NotDirectoryException) {
            return "Not a directory (20)";
        }
        if (e instanceof FileSystemLoopException) {
            return "Too many levels of symbolic links (40)";
        }
        return String.valueOf(
                e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage());
    }
}
