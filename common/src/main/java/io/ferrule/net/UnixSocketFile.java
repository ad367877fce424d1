package io.ferrule.net;

import io.ferrule.config.OperatorException;
import io.ferrule.config.SocketOwner;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The file that a listening Unix socket stands on. Netty removes it when the listener closes. */
record UnixSocketFile(Path path) {
    /** Connecting takes the right to write (unix(7)): only this user, and root. */
    private static final String MODE = "rw-------";

    private static final String SHARED_MODE = "rw-rw----";

    /**
     * Makes way for a new socket: one that nobody accepts on any more is removed.
     *
     * @throws OperatorException if the place is taken by a live socket or by something else, or does not exist
     */
    void makeWay() throws OperatorException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw refusal("the directory " + directory + " does not exist; create it first");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!file.isOther()) {
                throw refusal("there is a file that is not a socket; move it away or choose another path");
            }
            if (isLive()) {
                throw refusal("another process accepts connections on it; choose another path or stop that process");
            }
            Files.delete(path);
        } catch (IOException e) {
            throw refusal("the file that is there cannot be checked or removed (" + e + "); remove it yourself");
        }
    }

    /**
     * Narrows the file's mode from what the umask gave; then gives the file to its owner, if it is to have another, as the last thing:
     * an owner could put something else in its place.
     */
    void protect(@Nullable SocketOwner owner) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(MODE));
        if (owner == null) {
            return;
        }
        if (owner.group() != 0) {
            Files.setAttribute(path, "unix:gid", owner.group(), LinkOption.NOFOLLOW_LINKS);
        }
        if (owner.shared()) { // not before it has its group
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(SHARED_MODE));
        }
        if (owner.user() != 0) {
            Files.setAttribute(path, "unix:uid", owner.user(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private boolean isLive() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // a live listener with a full queue must not hold us up
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (IOException e) {
            if (Errno.of(e) == Errno.ECONNREFUSED) {
                return false;
            }
            throw e;
        }
    }

    private OperatorException refusal(String why) {
        return new OperatorException("", "cannot listen on unix:" + path + ": " + why);
    }
}
