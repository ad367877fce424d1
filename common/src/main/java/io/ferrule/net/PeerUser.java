package io.ferrule.net;

import io.ferrule.config.OperatorException;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The user on this end of a Unix socket, to be compared with the one on the other, whom the kernel names (unix(7)). */
public record PeerUser(int uid) {
    private static final int ROOT = 0;
    private static final Path STATUS = Path.of("/proc/self/status");

    /**
     * The effective user of this process. The owner of /proc/self would not do: it is root for a process that may not be
     * dumped (proc(5)).
     *
     * @throws OperatorException if /proc does not tell
     */
    public static PeerUser own() throws OperatorException {
        try (var lines = Files.lines(STATUS)) {
            List<String> uids = lines.filter(line -> line.startsWith("Uid:"))
                    .map(line -> line.split("\t", -1)[2]) // Uid: real effective saved fs
                    .toList();
            return new PeerUser(Integer.parseUnsignedInt(uids.get(0)));
        } catch (IOException | RuntimeException e) {
            throw new OperatorException("", "the own user cannot be read from " + STATUS + " (" + e + ")");
        }
    }

    /** True if an accepted connection comes from this user or from root; false also if the kernel does not say. */
    public boolean orRootIsAt(Channel accepted) {
        try {
            PeerCredentials peer = null;
            if (accepted instanceof EpollDomainSocketChannel epoll) {
                peer = epoll.peerCredentials();
            } else if (accepted instanceof IoUringDomainSocketChannel uring) {
                peer = uring.peerCredentials();
            }
            return peer != null && isThisOrRoot(peer.uid());
        } catch (IOException gone) {
            return false;
        }
    }

    boolean isThisOrRoot(int peer) {
        return peer == uid || peer == ROOT;
    }
}
