package io.ferrule.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule for files that hold a private key or another secret: nobody but the owner may read or write. One exception: the group
 * may read a file that root owns if this process is not root. That is how an administrator hands a key to a service (Debian's
 * {@code root:ssl-cert} 0640; a Kubernetes secret with {@code fsGroup} and {@code defaultMode: 0440}). Symbolic links are
 * followed; the file they lead to counts. Where files have no POSIX permissions (Windows), nothing is checked.
 */
public final class PrivateFile {
    private PrivateFile() {}

    /**
     * Checks the permissions of a file.
     *
     * @param content what is in it, for a problem, such as {@code the private key}
     * @throws OperatorException naming who else can read or replace it, and the remedy
     */
    public static void check(Path path, String content) throws OperatorException {
        try {
            if (!Files.getFileStore(path).supportsFileAttributeView("posix")) {
                return;
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            boolean ownedByRoot = Integer.valueOf(0).equals(Files.getAttribute(path, "unix:uid"));
            boolean weAreRoot = "root".equals(System.getProperty("user.name"));
            String objection = objection(permissions, ownedByRoot, weAreRoot);
            if (objection != null) {
                throw new OperatorException(
                        path.toString(),
                        content + " in it can be " + objection + "; run \"chmod 600 " + path
                                + "\", or for a mounted Kubernetes secret set defaultMode: 0440 and fsGroup");
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            throw new OperatorException(path.toString(), "its permissions cannot be read: " + e.getMessage());
        }
    }

    /**
     * Who else can read or replace it; null if nobody can.
     *
     * @param ownedByRoot of the file
     * @param weAreRoot of this process
     */
    public static @Nullable String objection(
            Set<PosixFilePermission> permissions, boolean ownedByRoot, boolean weAreRoot) {
        if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
            return "read by every user of this machine";
        }
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            return "replaced by every user of this machine";
        }
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            return "replaced by its group";
        }
        if (permissions.contains(PosixFilePermission.GROUP_READ) && !(ownedByRoot && !weAreRoot)) {
            return "read by its group";
        }
        return null;
    }
}
