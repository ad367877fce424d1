package io.ferrule.tunnel;

import io.ferrule.config.Address;
import io.ferrule.config.ListenOptions;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.Listener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The places where a process listens. A place that is asked for again is never closed in between: it is handed over to whatever
 * tunnel is to have it.
 */
final class Listeners {
    private static final long BIND_LIMIT_SECONDS = 10;

    private final TunnelEnvironment environment;
    private final ListenObserver observer;
    private volatile List<Place> places = List.of();

    Listeners(TunnelEnvironment environment, ListenObserver observer) {
        this.environment = environment;
        this.observer = observer;
    }

    /**
     * One of them.
     *
     * @param asked as the config has it, like the options
     * @param owner the tunnel that gets what comes in; null for a socket of the service manager that no tunnel has now
     */
    private record Place(Address asked, ListenOptions options, Listener listener, @Nullable Tunnel owner) {
        void close(ListenObserver observer) {
            if (owner != null) {
                observer.unbound(owner.config(), listener.address(), listener.descriptor());
            }
            var unused = listener.close();
        }

        Place of(@Nullable Tunnel next, Address address) {
            return new Place(address, options, listener, next);
        }

        boolean isPassed() {
            return asked instanceof Address.Adopted;
        }
    }

    /**
     * Finds or opens a place for each tunnel. Blocks, and resolves names.
     *
     * @param material of the tunnels, in their order
     * @throws OperatorException with every place that cannot be had and is needed; then nothing that was opened is left
     */
    Plan plan(List<Tunnel> tunnels, List<TunnelMaterial> material) throws OperatorException {
        Map<Tunnel, Place> taken = new LinkedHashMap<>();
        List<Listener> opened = new ArrayList<>();
        Map<Tunnel, OperatorException> refused = new LinkedHashMap<>();
        Map<Tunnel, TunnelConfig> configs = new LinkedHashMap<>();
        for (int i = 0; i < tunnels.size(); i++) {
            configs.put(tunnels.get(i), material.get(i).config());
            Address address = material.get(i).config().accept().listen();
            if (!address.isPlace()) {
                continue;
            }
            Optional<Place> place = find(tunnels.get(i), address).filter(found -> !holds(taken, found));
            if (place.isPresent()) {
                checkOptions(place.get(), material.get(i).config());
                taken.put(tunnels.get(i), place.get().of(tunnels.get(i), address));
            }
        }
        for (int i = 0; i < tunnels.size(); i++) {
            Tunnel tunnel = tunnels.get(i);
            TunnelConfig config = material.get(i).config();
            if (!taken.containsKey(tunnel) && config.accept().listen().isPlace()) {
                Address address = config.accept().listen();
                try {
                    ListenOptions options = config.sockets().listen();
                    Listener listener = open(address, options, tunnel);
                    opened.add(listener);
                    taken.put(tunnel, new Place(address, options, listener, tunnel));
                    observer.bound(config, listener.address(), listener.descriptor());
                } catch (OperatorException e) {
                    refused.put(tunnel, e);
                    observer.refused(config, e);
                }
            }
        }
        List<Problem> problems = needed(refused, configs, taken.keySet());
        if (!problems.isEmpty()) {
            opened.forEach(Listener::close);
            throw new OperatorException(problems);
        }
        try {
            observer.placed();
        } catch (OperatorException e) {
            opened.forEach(Listener::close);
            throw e;
        }
        return new Plan(this, List.copyOf(taken.values()), opened, List.copyOf(refused.keySet()));
    }

    /** What is wrong with those places that cannot be had and cannot be done without. */
    private List<Problem> needed(
            Map<Tunnel, OperatorException> refused, Map<Tunnel, TunnelConfig> configs, Set<Tunnel> placed) {
        List<String> names =
                placed.stream().map(tunnel -> tunnel.config().name()).toList();
        List<Problem> problems = new ArrayList<>();
        refused.forEach((tunnel, why) -> {
            TunnelConfig config = configs.getOrDefault(tunnel, tunnel.config());
            if (!observer.isDispensable(config, names)) {
                observer.lacking(config);
                problems.addAll(why.problems());
            }
        });
        return problems;
    }

    /** A socket that is bound cannot be given all options anew, and cannot be given up without refusing connections. */
    private static void checkOptions(Place place, TunnelConfig config) throws OperatorException {
        if (!place.options().equals(config.sockets().listen())) {
            throw new OperatorException(
                    "",
                    "the options or the owner of the socket that listens on "
                            + place.listener().address() + " have changed; restart the program to have them");
        }
    }

    private static boolean holds(Map<Tunnel, Place> taken, Place place) {
        return taken.values().stream().anyMatch(other -> other.listener() == place.listener());
    }

    /** The place that is open already; of those with a port of the kernel's choice only the tunnel's own. */
    private Optional<Place> find(Tunnel tunnel, Address address) {
        Stream<Place> own = places.stream()
                .filter(place -> place.owner() == tunnel && place.asked().equals(address));
        boolean chosen = address instanceof Address.Tcp tcp && tcp.port() == 0;
        Stream<Place> others = chosen ? Stream.empty() : places.stream().filter(place -> isAt(place, address));
        return Stream.concat(own, others).findFirst();
    }

    private static boolean isAt(Place place, Address address) {
        if (place.asked().equals(address)) {
            return true;
        }
        return address instanceof Address.Tcp wanted
                && place.listener().address() instanceof Address.Tcp there
                && !place.isPassed()
                && wanted.port() == there.port()
                && isSame(wanted.host(), there.host());
    }

    /** True if both mean one address, such as localhost and 127.0.0.1. */
    private static boolean isSame(String host, String other) {
        try {
            return InetAddress.getByName(host).equals(InetAddress.getByName(other));
        } catch (UnknownHostException e) {
            return false; // whoever binds says it
        }
    }

    private Listener open(Address address, ListenOptions options, Tunnel tunnel) throws OperatorException {
        try {
            return Listener.reserve(environment.transport(), environment.loops(), address, options, tunnel.acceptor())
                    .get(BIND_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OperatorException mendable) {
                throw ours(address).orElse(mendable);
            }
            throw new IllegalStateException("a listener did not open", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("a listener did not open within " + BIND_LIMIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while opening a listener", e);
        }
    }

    /** The better explanation where one of these places is in the way, as 0.0.0.0:1 is for 127.0.0.1:1. */
    private Optional<OperatorException> ours(Address address) {
        return places.stream()
                .filter(place -> address instanceof Address.Tcp wanted
                        && place.listener().address() instanceof Address.Tcp there
                        && wanted.port() == there.port()
                        && wanted.port() != 0)
                .findFirst()
                .map(place -> new OperatorException(
                        "",
                        "cannot listen on " + address + ": this program listens on "
                                + place.listener().address()
                                + ", which is in the way and cannot be given up without refusing connections;"
                                + " restart the program, or choose another port"));
    }

    private synchronized void take(List<Place> next) {
        List<Place> kept = new ArrayList<>(next);
        for (Place place : places) {
            boolean goesOn = next.stream().anyMatch(other -> other.listener() == place.listener());
            if (!goesOn && place.isPassed()) {
                // Closed, the descriptor could not be had again; the service manager goes on listening anyway.
                place.listener().pause();
                kept.add(place.of(null, place.asked()));
            } else if (!goesOn) {
                place.close(observer);
            }
        }
        for (Place place : next) {
            if (place.owner() != null) {
                place.owner().listenAt(place.listener());
            }
        }
        places = List.copyOf(kept);
    }

    /** Gives all of them up. */
    synchronized void close() {
        places.forEach(place -> place.close(observer));
        places = List.of();
    }

    /** Who is to listen where; what had to be opened for it is open, and waits. */
    static final class Plan {
        static final Plan NONE = new Plan(null, List.of(), List.of(), List.of());

        private final @Nullable Listeners listeners;
        private final List<Place> places;
        private final List<Listener> opened;
        private final List<Tunnel> without;

        private Plan(@Nullable Listeners listeners, List<Place> places, List<Listener> opened, List<Tunnel> without) {
            this.listeners = listeners;
            this.places = places;
            this.opened = List.copyOf(opened);
            this.without = without;
        }

        /** Those that have no place, and are not needed. */
        List<Tunnel> without() {
            return without;
        }

        /** Accepts as planned, and gives up what the plan has no use for. */
        void take() {
            if (listeners != null) {
                listeners.take(places);
            }
        }

        /** Closes what was opened. */
        void abandon() {
            opened.forEach(Listener::close);
        }
    }
}
