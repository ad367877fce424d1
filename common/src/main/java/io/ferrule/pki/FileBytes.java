package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads whole files of certificates and keys, none of which is large. */
final class FileBytes {
    /** The most that is read of a file. */
    static final int MAX = 1 << 20;

    private FileBytes() {}

    /**
     * The whole content, at least one byte.
     *
     * @param kind what is expected, for a problem
     * @throws OperatorException if it is missing, no regular file, unreadable, empty or too large
     */
    static byte[] read(Path path, String kind) throws OperatorException {
        String where = path.toString();
        if (Files.isDirectory(path)) {
            throw new OperatorException(where, "is a directory; name the " + kind + " in it");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new OperatorException(where, "is not a regular file; a " + kind + " is needed");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX + 1);
            if (bytes.length == 0) {
                throw new OperatorException(where, "is empty; a " + kind + " is needed");
            }
            if (bytes.length > MAX) {
                throw new OperatorException(
                        where, "is larger than 1 MiB; this cannot be the " + kind + " that is meant");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new OperatorException(where, "there is no such file");
        } catch (AccessDeniedException e) {
            throw new OperatorException(
                    where,
                    "the user " + System.getProperty("user.name")
                            + " may not read it; check its owner and permissions, and those of its directories");
        } catch (IOException e) {
            throw new OperatorException(where, "cannot be read: " + e.getMessage());
        }
    }
}
