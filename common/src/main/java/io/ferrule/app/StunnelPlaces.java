package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.SocketOwner;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.Errno;
import io.ferrule.net.SocketOptionException;
import io.ferrule.stunnel.ProcessLines;
import io.ferrule.stunnel.StunnelTunnels;
import io.ferrule.tunnel.ListenObserver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells where services listen, as stunnel does. A service runs if it has one of its addresses. */
final class StunnelPlaces implements ListenObserver {
    private final ProcessLines lines;
    private final Placed placed;
    private volatile boolean anyRefused;
    private @Nullable List<Runnable> held; // guarded by this

    /** What is to happen when all places have been opened. */
    interface Placed {
        void run() throws OperatorException;
    }

    StunnelPlaces(ProcessLines lines, Placed placed) {
        this.lines = lines;
        this.placed = placed;
    }

    @Override
    public void placed() throws OperatorException {
        placed.run();
    }

    /** True if one could not be had, which has been told, since this was last asked. */
    boolean anyRefused() {
        boolean refused = anyRefused;
        anyRefused = false;
        return refused;
    }

    /** Keeps to itself which places are given up, until {@link #tell}. */
    synchronized void hold() {
        held = new ArrayList<>();
    }

    synchronized void tell() {
        List<Runnable> all = held == null ? List.of() : held;
        held = null;
        all.forEach(Runnable::run);
    }

    @Override
    public void bound(TunnelConfig tunnel, Address place, int descriptor) {
        lines.bound(StunnelTunnels.section(tunnel.name()), place, descriptor);
        SocketOwner owner = tunnel.sockets().listen().owner();
        if (owner != null && place instanceof Address.Unix unix) {
            lines.chowned(unix, owner.user(), owner.group());
        }
    }

    @Override
    public void refused(TunnelConfig tunnel, OperatorException why) {
        anyRefused = true;
        SocketOptionException option = SocketOptionException.in(why);
        if (option != null) {
            lines.optionFailed(String.valueOf(option.getMessage()));
            return;
        }
        Errno errno = why.getCause() == null ? null : Errno.of(why.getCause());
        lines.notBound(
                StunnelTunnels.section(tunnel.name()),
                tunnel.accept().listen(),
                errno == null ? String.valueOf(why.getMessage()) : errno.told());
    }

    @Override
    public boolean isDispensable(TunnelConfig tunnel, Collection<String> placed) {
        String service = StunnelTunnels.first(tunnel.name());
        return placed.stream().anyMatch(name -> StunnelTunnels.first(name).equals(service));
    }

    @Override
    public void lacking(TunnelConfig tunnel) {
        if (tunnel.name().equals(StunnelTunnels.first(tunnel.name()))) { // once for the service
            lines.bindingFailed(StunnelTunnels.section(tunnel.name()));
        }
    }

    @Override
    public synchronized void unbound(TunnelConfig tunnel, Address place, int descriptor) {
        Runnable line = () -> lines.unbound(StunnelTunnels.section(tunnel.name()), place, descriptor);
        if (held == null) {
            line.run();
        } else {
            held.add(line);
        }
    }
}
