package io.ferrule.net;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The listening sockets that were passed to this process when it was started (sd_listen_fds(3)), by their names.
 *
 * @param names of descriptor 3 and those that follow
 */
public record PassedSockets(List<String> names) {
    private static final int FIRST = 3; // SD_LISTEN_FDS_START

    // Of Linux on all machines that Netty's epoll is built for: asm-generic/socket.h, bits/socket_type.h, bits/socket.h
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int SOCK_STREAM = 1;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int O_NONBLOCK = 04000;

    public PassedSockets {
        names = List.copyOf(names);
    }

    /** Of a process that was started in another way. */
    public static PassedSockets none() {
        return new PassedSockets(List.of());
    }

    /**
     * What the environment says, if it is meant for this process.
     *
     * @param pid this process
     */
    public static PassedSockets of(Map<String, String> environment, long pid) {
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (!Long.toString(pid).equals(environment.get("LISTEN_PID")) || !count.matches("\\d{1,4}")) {
            return none();
        }
        String[] said = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        return new PassedSockets(IntStream.range(0, Integer.parseInt(count))
                .mapToObj(i -> i < said.length && !said[i].isEmpty() ? said[i] : "unknown")
                .toList());
    }

    /**
     * Finds a socket and looks at it; nothing is accepted yet.
     *
     * @throws OperatorException if it is not there, or not one that can be accepted on without doubt
     */
    public Address.Adopted find(Address.Passed asked, Transport transport) throws OperatorException {
        if (transport != Transport.EPOLL) {
            throw refusal(asked, "it needs the transport epoll, and this is " + transport);
        }
        int[] places = IntStream.range(0, names.size())
                .filter(i -> names.get(i).equals(asked.name()))
                .toArray();
        if (names.isEmpty()) {
            throw refusal(asked, "no socket was passed to this process; enable and start its socket unit");
        }
        if (places.length == 0) {
            throw refusal(
                    asked,
                    "no socket of that name was passed, but " + String.join(", ", names)
                            + "; FileDescriptorName= in the socket unit gives the name");
        }
        if (places.length > 1) {
            throw refusal(
                    asked,
                    places.length + " sockets of that name were passed; give each a socket unit with a"
                            + " FileDescriptorName= of its own, and each a tunnel");
        }
        return look(asked, places[0]);
    }

    /**
     * Looks at one of them; nothing is accepted yet.
     *
     * @param place from 0, in the order of {@link #names}
     * @throws OperatorException if it is not one that can be accepted on without doubt
     */
    public Address.Adopted find(int place, Transport transport) throws OperatorException {
        Address.Passed asked = new Address.Passed(names.get(place));
        if (transport != Transport.EPOLL) {
            throw refusal(asked, "it needs the transport epoll, and this is " + transport);
        }
        return look(asked, place);
    }

    private static Address.Adopted look(Address.Passed asked, int place) throws OperatorException {
        int descriptor = FIRST + place;
        try {
            return new Address.Adopted(descriptor, look(asked, new Socket(descriptor)));
        } catch (IOException | ChannelException e) {
            throw refusal(asked, "what was passed cannot be looked at: " + e.getMessage());
        }
    }

    private static Address look(Address.Passed asked, Socket socket) throws IOException, OperatorException {
        int domain = option(socket, SO_DOMAIN);
        boolean known = domain == AF_UNIX || domain == AF_INET || domain == AF_INET6;
        if (!known || option(socket, SO_TYPE) != SOCK_STREAM || option(socket, SO_ACCEPTCONN) == 0) {
            throw refusal(asked, "what was passed does not accept connections; use ListenStream= with Accept=no");
        }
        // Netty accepts until there is nothing left, and would then wait there with all connections of its event loop.
        if (!isNonBlocking(socket)) {
            throw refusal(asked, "it would block; set NonBlocking=yes in the service unit");
        }
        if (domain == AF_UNIX) {
            DomainSocketAddress place = socket.localDomainSocketAddress();
            return new Address.Unix(Path.of(place.path().replace('\0', '@')));
        }
        InetSocketAddress place = socket.localAddress();
        return new Address.Tcp(NetUtil.toAddressString(place.getAddress()), place.getPort());
    }

    private static int option(Socket socket, int option) throws IOException {
        return socket.getIntOpt(SOL_SOCKET, option);
    }

    /** By proc(5), because fcntl(2) is out of reach. */
    private static boolean isNonBlocking(Socket socket) throws IOException {
        String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + socket.intValue())).stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow(() -> new IOException("no flags in /proc/self/fdinfo"));
        return (Integer.parseInt(flags.substring("flags:".length()).strip(), 8) & O_NONBLOCK) != 0;
    }

    private static OperatorException refusal(Address.Passed asked, String why) {
        return new OperatorException("", "cannot listen on " + asked + ": " + why);
    }
}
