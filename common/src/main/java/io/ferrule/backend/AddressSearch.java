package io.ferrule.backend;

import io.ferrule.config.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one connection's targets, in the order to try them. Where targets are taken by priority a name is not looked up
 * before it is needed; where they take turns, all are. A program is started when its turn comes. Event loop only.
 */
final class AddressSearch {
    /** Whom it is done for. */
    interface Owner {
        /** Runs it on the event loop, or ends the search if that takes no more. */
        void onLoop(Runnable task);

        /** A target has no address, for this reason. */
        void without(String why, boolean timedOut);

        /** Runs it if there will be no connection. */
        void ifInVain(Runnable task);
    }

    private final Backend backend;
    private final ConnectTries tries;
    private final @Nullable LastTarget last;
    private final ConnectTime time;
    private final Owner owner;
    private final List<Address> entries;
    private final Queue<SocketAddress> untried = new ArrayDeque<>();
    private int resolved; // of the entries, from the first
    private boolean told;

    AddressSearch(Backend backend, ConnectTries tries, @Nullable LastTarget last, ConnectTime time, Owner owner) {
        this.backend = backend;
        this.tries = tries;
        this.last = last;
        this.time = time;
        this.owner = owner;
        this.entries = backend.targets().entries();
    }

    /** {@code ready} is run when the first may be asked for. Only once. */
    void begin(Runnable ready) {
        if (backend.targets().takeTurns() || (last != null && last.address() != null)) {
            resolveAll(ready);
        } else {
            ready.run();
        }
    }

    /** True if there is nothing left to be tried. */
    boolean isOver() {
        return untried.isEmpty() && allResolved();
    }

    /** True if all that is known has been tried, and {@link #lookUp} may find more. */
    boolean needsLookUp() {
        return untried.isEmpty() && !allResolved();
    }

    /** The next; only if neither it is over nor a look-up is needed. */
    SocketAddress next() {
        tellSeveral(0, untried.size() + entries.size() - resolved);
        return untried.remove();
    }

    /** It is the last of all, and not tried yet. */
    void again(SocketAddress address) {
        untried.add(address);
    }

    /** Finds the addresses of one more target. */
    void lookUp(Runnable next) {
        time.step();
        Address entry = entries.get(resolved++);
        if (entry instanceof Address.Tcp tcp) {
            lookUp(tcp, next);
        } else if (entry instanceof Address.Program program) {
            start(program, next);
        } else if (entry instanceof Address.Standard) {
            beginStreams(next);
        } else if (entry instanceof Address.Asked || entry instanceof Address.Original) {
            owner.without("no client has said where to", false);
            next.run();
        } else {
            untried.add(backend.transport().socketAddress((Address.Unix) entry));
            next.run();
        }
    }

    /** Of the time that is left, for what is tried now. */
    long shareMillis() {
        return time.shareMillis(untried.size() + entries.size() - resolved + 1);
    }

    private boolean allResolved() {
        return resolved == entries.size();
    }

    private void resolveAll(Runnable ready) {
        if (!allResolved()) {
            lookUp(() -> resolveAll(ready));
            return;
        }
        if (!beginWithLast()) {
            int first = untried.isEmpty() ? 0 : backend.targets().turn(untried.size());
            tellSeveral(first, untried.size());
            turn(first);
        }
        ready.run();
    }

    /** True if the target of the session is among several addresses, and is now the first of them. */
    private boolean beginWithLast() {
        SocketAddress before = last == null ? null : last.address();
        if (before == null || untried.size() < 2) {
            return false;
        }
        int place = new ArrayList<>(untried).indexOf(before);
        if (place < 0) {
            return false;
        }
        tries.continued(before, true);
        told = true;
        turn(place);
        return true;
    }

    private void turn(int first) {
        for (int i = 0; i < first; i++) {
            untried.add(untried.remove());
        }
    }

    private void tellSeveral(int first, int addresses) {
        if (!told && addresses > 1) {
            if (last != null) {
                tries.continued(last.address(), false);
            }
            tries.found(first, backend.targets().takeTurns());
        }
        told = true;
    }

    private void lookUp(Address.Tcp tcp, Runnable next) {
        answer(tcp.host())
                .whenComplete((addresses, failure) -> owner.onLoop(() -> {
                    if (failure == null) {
                        addresses.forEach(address -> untried.add(new InetSocketAddress(address, tcp.port())));
                    } else {
                        tries.nameUnknown(tcp.host());
                        owner.without(
                                ConnectWords.unresolved(tcp.host(), failure), failure instanceof TimeoutException);
                    }
                    next.run();
                }));
    }

    /** A name service that hangs must not keep a connection from the other targets. */
    private CompletableFuture<List<InetAddress>> answer(String host) {
        CompletableFuture<List<InetAddress>> answer = backend.names().resolve(host);
        if (time.isOfAll() && entries.size() == 1) {
            return answer; // the limit of all is its own
        }
        long share = time.shareMillis(untried.size() + entries.size() - resolved + 2);
        return answer.copy().orTimeout(share, TimeUnit.MILLISECONDS);
    }

    private void beginStreams(Runnable next) {
        StandardStreams.begin()
                .whenComplete((streams, failure) -> owner.onLoop(() -> {
                    if (failure == null) {
                        tries.delivers(streams.delivered());
                        untried.add(backend.transport().socketAddress(new Address.Unix(streams.path())));
                    } else {
                        owner.without(String.valueOf(failure.getMessage()), false);
                    }
                    next.run();
                }));
    }

    private void start(Address.Program program, Runnable next) {
        ProgramStart.begin(program, tries.client()).whenComplete((started, failure) -> {
            if (started != null) {
                owner.ifInVain(started::abandon);
                started.ended().thenAccept(status -> owner.onLoop(() -> tries.ended(started.pid(), status)));
            }
            owner.onLoop(() -> {
                if (started == null) {
                    String why = String.valueOf(failure.getMessage());
                    tries.notStarted(program.command().get(0), why);
                    owner.without("it cannot be started: " + why, false);
                } else {
                    tries.started(started.pid());
                    untried.add(backend.transport().socketAddress(new Address.Unix(started.socket())));
                }
                next.run();
            });
        });
    }
}
