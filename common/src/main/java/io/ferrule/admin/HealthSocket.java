package io.ferrule.admin;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.net.PeerUser;
import io.ferrule.net.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where {@code ferrule health} (docker/src/main/c/ferrule.c) asks the process of its own container: an abstract Unix socket
 * needs no port, no writable file system, and no second JVM to ask it.
 *
 * <p>Its name carries the number of the mount namespace. Abstract names belong to the network namespace, and containers of one
 * pod share that one, and often those of process numbers and host names too; but each has its own files. So one container does
 * not take another's name, and does not take another's health for its own.
 */
public final class HealthSocket {
    private static final Logger LOG = LoggerFactory.getLogger(HealthSocket.class);
    static final String OPTION = "health-check";
    private static final Path MOUNT_NAMESPACE = Path.of("/proc/self/ns/mnt");
    private static final Pattern LINK = Pattern.compile("mnt:\\[(\\d+)]"); // namespaces(7)

    /** Below the two seconds that the command waits, so that it has something to say of a target that is silent. */
    private static final Duration LIMIT = Duration.ofMillis(1_500);

    private static final Answer LATE = Answer.text(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "not ready\na target has not answered within " + LIMIT.toMillis() + " ms");

    private HealthSocket() {}

    /**
     * Finds out whether this machine has what {@link #open} needs.
     *
     * @throws OperatorException if not
     */
    public static void check(Transport transport) throws OperatorException {
        if (!transport.hasAbstractSockets()) {
            throw new OperatorException(
                    OPTION,
                    "it needs epoll or io_uring, and " + transport
                            + " is what works here (the log of run says why): switch health-check off");
        }
        address(MOUNT_NAMESPACE);
    }

    /**
     * Binds and begins to answer this user and root; to be called once the tunnels listen. What it says of the targets is what
     * the other pages say, asked once for both.
     *
     * @param loop the one that makes the other pages
     * @throws OperatorException if another process of this container has the socket
     */
    public static AdminServer open(Transport transport, EventLoopGroup loop, Pages pages) throws OperatorException {
        // Whoever shares the network namespace can connect: a socket without a file has no mode.
        PeerUser own = PeerUser.own();
        return open(new Entrance(OPTION, address(MOUNT_NAMESPACE), own::orRootIsAt), transport, loop, pages);
    }

    static AdminServer open(Entrance entrance, Transport transport, EventLoopGroup loop, Pages pages)
            throws OperatorException {
        HealthPages health = pages.health();
        Site inTime = (uri, accept) -> health.get(uri, accept)
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(LATE, LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        AdminServer server = AdminServer.start(entrance, transport, loop, inTime);
        LOG.atInfo().addKeyValue("socket", entrance.address()).log("health check");
        return server;
    }

    /**
     * The name that ferrule.c looks for, too.
     *
     * @throws OperatorException if the link is not one of a mount namespace
     */
    static Address.Unix address(Path mountNamespace) throws OperatorException {
        try {
            String link = Files.readSymbolicLink(mountNamespace).toString();
            Matcher matcher = LINK.matcher(link);
            if (matcher.matches()) {
                return Address.abstractSocket("ferrule-health-" + matcher.group(1));
            }
            throw new OperatorException(
                    OPTION, mountNamespace + " is \"" + link + "\", no mount namespace; switch health-check off");
        } catch (IOException | UnsupportedOperationException e) {
            throw new OperatorException(
                    OPTION,
                    "it needs " + mountNamespace + ", which cannot be read (" + e
                            + "): mount /proc, or switch health-check off");
        }
    }
}
