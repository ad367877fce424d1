package io.ferrule.admission;

import io.ferrule.config.Limits;
import io.ferrule.connection.CloseReason;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections and handshakes a tunnel carries at once. Nothing is queued: there is a place now, or there is a
 * refusal. All methods can be called from any thread.
 */
public final class ConnectionLimits {
    private volatile Limits limits;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final ConcurrentMap<InetAddress, Integer> bySource = new ConcurrentHashMap<>();

    public ConnectionLimits(Limits limits) {
        this.limits = limits;
    }

    /** Other limits from now on. What is over them stays, and keeps its place until it ends. */
    public void change(Limits others) {
        limits = others;
    }

    /**
     * Asks for a place for a connection, until its end.
     *
     * @param source the client's address; one that is no IP address, such as a Unix socket's, has no limit of its own
     */
    public Admission admit(SocketAddress source) {
        Admission connection = admit();
        if (!(connection instanceof Admission.Permit place)) {
            return connection;
        }
        Admission from = admitFrom(source);
        if (!(from instanceof Admission.Permit ofSource)) {
            place.release();
            return from;
        }
        return new Admission.Permit(() -> {
            ofSource.release();
            place.release();
        });
    }

    /** Asks for a place for a connection whose client is not known yet; see {@link #admitFrom}. */
    public Admission admit() {
        return take(connections, limits.connections())
                ? new Admission.Permit(connections::decrementAndGet)
                : new Admission.Refused(CloseReason.TOO_MANY_CONNECTIONS);
    }

    /** Asks for one of a client's places, for a connection that has its own already. */
    public Admission admitFrom(SocketAddress source) {
        Limits now = limits;
        InetAddress address = now.connectionsPerSource() == 0 ? null : ipAddress(source);
        if (address == null) {
            return new Admission.Permit(() -> {});
        }
        return takeFrom(address, now.connectionsPerSource())
                ? new Admission.Permit(() -> bySource.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1))
                : new Admission.Refused(CloseReason.TOO_MANY_FROM_SOURCE);
    }

    /** Asks for a place for a handshake, until it is done or has failed. */
    public Admission admitHandshake() {
        return take(handshakes, limits.handshakes())
                ? new Admission.Permit(handshakes::decrementAndGet)
                : new Admission.Refused(CloseReason.TOO_MANY_HANDSHAKES);
    }

    /** Connections that hold a place now. */
    public int connections() {
        return connections.get();
    }

    /** Handshakes that hold a place now. */
    public int handshakes() {
        return handshakes.get();
    }

    /** Source addresses that are being counted now: those with an open connection, no more. */
    int sources() {
        return bySource.size();
    }

    private static boolean take(AtomicInteger taken, int limit) {
        int now = taken.get();
        while (now < limit) {
            int witness = taken.compareAndExchange(now, now + 1);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        return false;
    }

    private boolean takeFrom(InetAddress address, int limit) {
        boolean[] took = new boolean[1];
        bySource.compute(address, (a, n) -> {
            int now = n == null ? 0 : n;
            took[0] = now < limit;
            return took[0] ? Integer.valueOf(now + 1) : n;
        });
        return took[0];
    }

    private static @Nullable InetAddress ipAddress(SocketAddress source) {
        return source instanceof InetSocketAddress inet && inet.getAddress() != null ? plain(inet.getAddress()) : null;
    }

    /** A dual-stack listener shows one client as 10.0.0.1 or as ::ffff:10.0.0.1 (RFC 4291 §2.5.5.2). */
    private static InetAddress plain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address) || !isMapped(bytes)) {
            return address;
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    }
}
