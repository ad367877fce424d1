package io.ferrule.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file with the number of this process, for whoever wants to send it signals. */
record PidFile(Path path) {
    /**
     * Writes it, in the place of an older one.
     *
     * @throws IOException whose message is the kernel's, such as {@code No such file or directory (2)}
     */
    void create() throws IOException {
        try {
            Files.deleteIfExists(path);
            Files.writeString(
                    path,
                    ProcessHandle.current().pid() + "\n",
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.CREATE_NEW, // never through a link that somebody has put there meanwhile
                    StandardOpenOption.WRITE);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (NoSuchFileException e) {
            throw new IOException("No such file or directory (2)", e);
        } catch (java.nio.file.AccessDeniedException e) {
            throw new IOException("Permission denied (13)", e);
        }
    }

    /** Removes it, if it is still there. */
    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // The directory is no longer ours to write; the number in it is soon another process's, or nobody's.
        }
    }
}
