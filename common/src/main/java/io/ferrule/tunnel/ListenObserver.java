package io.ferrule.tunnel;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import java.util.Collection;

/** Hears where a process begins and ends to listen, on the thread that starts it, reloads it or stops it. */
public interface ListenObserver {
    /** Nobody hears of it, and no tunnel can do without its place. */
    ListenObserver NONE = new ListenObserver() {};

    /**
     * A place was opened for a tunnel; it takes connections when all others are open too.
     *
     * @param descriptor the socket's; -1 if the transport does not say it
     */
    default void bound(TunnelConfig tunnel, Address place, int descriptor) {}

    /** The place cannot be had; the cause of {@code why} is the kernel's error, if it was one. */
    default void refused(TunnelConfig tunnel, OperatorException why) {}

    /**
     * True if the others may run without this one, whose place cannot be had; else nothing is started or changed.
     *
     * @param placed the names of those that have a place
     */
    default boolean isDispensable(TunnelConfig tunnel, Collection<String> placed) {
        return false;
    }

    /**
     * All that are needed have a place, and nothing is accepted yet.
     *
     * @throws OperatorException if nothing is to be started or changed
     */
    default void placed() throws OperatorException {}

    /** The tunnel's place cannot be had, and nothing is started or changed without it. */
    default void lacking(TunnelConfig tunnel) {}

    /** The place is given up; connections that it accepted live on. */
    default void unbound(TunnelConfig tunnel, Address place, int descriptor) {}
}
