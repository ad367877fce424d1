package io.ferrule.backend;

import io.ferrule.config.Address;
import io.ferrule.config.Failover;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the connections of a tunnel may go, and with which of these places the next one begins. Any thread may call it.
 */
public final class Targets {
    private final List<Address> entries;
    private final @Nullable InetAddress source;
    private final @Nullable AtomicInteger turn; // null: always with the first

    /**
     * Several targets, or one.
     *
     * @param entries TCP names or addresses, or Unix sockets; at least one. A program stands alone
     * @param source the address to connect from; null leaves it to the kernel
     * @param start the turn that the first connection has with {@link Failover#ROUND_ROBIN}; a random number
     */
    public Targets(List<Address> entries, Failover failover, @Nullable InetAddress source, int start) {
        this.entries = List.copyOf(entries);
        this.source = source;
        this.turn = switch (failover) {
            case PRIORITY -> null;
            case ROUND_ROBIN -> new AtomicInteger(start);
        };
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("at least one target is needed");
        }
        if (entries.size() > 1 && entries.stream().anyMatch(Address.Program.class::isInstance)) {
            throw new IllegalArgumentException("a program is a target of its own");
        }
    }

    /** One target, reached from any address. */
    public static Targets of(Address target) {
        return new Targets(List.of(target), Failover.PRIORITY, null, 0);
    }

    List<Address> entries() {
        return entries;
    }

    /** The same way to another place. */
    Targets to(Address other) {
        return new Targets(List.of(other), Failover.PRIORITY, source, 0);
    }

    /** True if each connection goes where its client wanted to go; then {@link Backend#to} is needed. */
    public boolean areOriginal() {
        return entries.get(0) instanceof Address.Original;
    }

    /** True if all of them are places, which several addresses may stand for. */
    boolean arePlaces() {
        return entries.stream().allMatch(Address::isPlace);
    }

    /** True if a program is started for each connection. */
    public boolean isProgram() {
        return entries.get(0) instanceof Address.Program;
    }

    @Nullable
    InetAddress source() {
        return source;
    }

    /** True if connections begin with one after the other, so that the addresses of all entries have to be known first. */
    boolean takeTurns() {
        return turn != null;
    }

    /**
     * With which of all addresses a connection begins; the next call is the next connection's.
     *
     * @param addresses how many there are; at least one
     * @return counted from 0
     */
    int turn(int addresses) {
        return turn == null ? 0 : Math.floorMod(turn.getAndIncrement(), addresses);
    }

    /** For the operator, such as {@code a:1 or b:2}. */
    @Override
    public String toString() {
        return entries.stream().map(Address::toString).collect(Collectors.joining(" or "));
    }
}
