package io.ferrule.config;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The side of a tunnel that connects to the target.
 *
 * @param targets where it connects: at least one, and more only from stunnel's configuration. One whose name has several addresses
 *     stands for all of these.
 * @param failover which of them is tried first
 * @param source the address of this machine to connect from; null leaves it to the kernel
 * @param tls null for plaintext
 * @param eachInTime true if the time to connect is for each address; only stunnel's configuration asks for that. Else all of them have it
 *     together
 * @param proxy what the target is told first of whose connection it is
 */
public record ConnectLeg(
        List<Address> targets,
        Failover failover,
        @Nullable InetAddress source,
        @Nullable ConnectTls tls,
        boolean eachInTime,
        SendProxy proxy) {
    public ConnectLeg {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("at least one target is needed");
        }
    }

    /** Targets that are told nothing. */
    public ConnectLeg(
            List<Address> targets, Failover failover, @Nullable InetAddress source, @Nullable ConnectTls tls) {
        this(targets, failover, source, tls, false, SendProxy.OFF);
    }

    /** One target, from any address. */
    public ConnectLeg(Address target, @Nullable ConnectTls tls) {
        this(List.of(target), Failover.PRIORITY, null, tls);
    }

    /** The same, but the target is told this first. */
    public ConnectLeg withProxy(SendProxy other) {
        return new ConnectLeg(targets, failover, source, tls, eachInTime, other);
    }

    /** The same, but each address has the time to connect for itself. */
    public ConnectLeg withTimeForEach() {
        return new ConnectLeg(targets, failover, source, tls, true, proxy);
    }

    /** The same way to other targets, tried in this order. */
    public ConnectLeg to(List<Address> others) {
        return new ConnectLeg(others, Failover.PRIORITY, source, tls, eachInTime, proxy);
    }

    /** The first. */
    public Address target() {
        return targets.get(0);
    }

    /** All of them for the operator, such as {@code a:1 or b:2}. */
    public String words() {
        return targets.stream().map(Address::toString).collect(Collectors.joining(" or "));
    }
}
