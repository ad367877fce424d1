package io.ferrule.tunnel;

import io.ferrule.config.Address;
import io.ferrule.config.ClientChecks;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.Failover;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFacts.Stage;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.hostsaccess.HostsAccess;
import io.ferrule.hostsaccess.HostsAccessException;
import io.ferrule.ident.IdentAnswer;
import io.ferrule.ident.IdentQuery;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Asks others whether one client may connect, before anything is said to it: hosts.allow and hosts.deny, then the client's machine. On
 * the connection's event loop. What is not to be told lets nobody in.
 */
final class ClientGate {
    private final TunnelParts parts;
    private final ClientChecks checks;
    private final ConnectionFacts facts;
    private final ConnectionObserver observer;
    private final Channel channel;
    private final StageLimit limit;
    private final StageLimit answer;
    private final Consumer<ConnectionFailure> failed;

    private @Nullable Future<Channel> connecting;
    private boolean over;

    /** Nobody is asked yet. */
    ClientGate(
            TunnelParts parts,
            ConnectionFacts facts,
            Channel channel,
            StageLimit limit,
            Consumer<ConnectionFailure> failed) {
        this.parts = parts;
        this.checks = parts.config().accept().checks();
        this.facts = facts;
        this.observer = parts.environment().observer();
        this.channel = channel;
        this.limit = limit;
        this.answer = new StageLimit(channel.eventLoop(), this::silent);
        this.failed = failed;
    }

    /**
     * Makes sure that what is asked can be answered. Blocks.
     *
     * @throws OperatorException with file and line of a rule that cannot be understood
     */
    static void check(TunnelConfig config) throws OperatorException {
        ClientChecks.Hosts hosts = config.accept().checks().hosts();
        if (hosts == null) {
            return;
        }
        Set<String> daemons = new TreeSet<>(hosts.named().values());
        if (hosts.daemon() != null) {
            daemons.add(hosts.daemon());
        }
        for (String daemon : daemons) {
            try {
                new HostsAccess(hosts.allow(), hosts.deny()).check(daemon);
            } catch (HostsAccessException e) {
                throw new OperatorException("", "libwrap = yes: " + e.getMessage());
            }
        }
    }

    /** What is asked, for people. */
    static List<String> words(ClientChecks checks) {
        List<String> words = new ArrayList<>();
        ClientChecks.Hosts hosts = checks.hosts();
        if (hosts != null) {
            words.add(hosts.allow() + " and " + hosts.deny()
                    + " say whose addresses may connect; whom no rule names, may.");
        }
        ClientChecks.Ident ident = checks.ident();
        if (ident != null) {
            words.add("The machine of each is asked, at port " + ident.port()
                    + ", whether the connection is that of its user " + ident.user()
                    + ". Who rules that machine decides what it says.");
        }
        return words;
    }

    /** Runs {@code next} if the client may connect; at once if nobody is to be asked. The channel is not read meanwhile. */
    void pass(Runnable next) {
        ClientChecks.Hosts hosts = checks.hosts();
        String daemon = hosts == null ? null : hosts.daemon();
        if (daemon == null && checks.ident() == null) {
            next.run();
            return;
        }
        facts.enter(Stage.CLIENT_CHECK);
        boolean reads = channel.config().isAutoRead();
        channel.config().setAutoRead(false);
        askHosts(
                hosts,
                daemon,
                () -> askMachine(() -> {
                    channel.config().setAutoRead(reads);
                    next.run();
                }));
    }

    /** The same, once a client's handshake has chosen a service that is asked about by itself. */
    void passToService(Runnable next) {
        ClientChecks.Hosts hosts = checks.hosts();
        TlsSession session = facts.tls(Leg.ACCEPT);
        askHosts(hosts, hosts == null || session == null ? null : hosts.named().get(session.service()), next);
    }

    private void askHosts(ClientChecks.@Nullable Hosts hosts, @Nullable String daemon, Runnable next) {
        if (hosts == null || daemon == null) {
            next.run();
            return;
        }
        if (!(facts.client() instanceof InetSocketAddress client) || client.getAddress() == null) {
            observer.noted(facts, Level.INFO, "Libwrap is not supported on Unix sockets");
            next.run();
            return;
        }
        limit.set(parts.config().timeouts().handshake(), notPermitted("hosts.allow and hosts.deny were asked in vain"));
        new HostsAccess(hosts.allow(), hosts.deny())
                .ask(daemon, client.getAddress())
                .whenComplete((permitted, failure) -> channel.eventLoop().execute(() -> {
                    limit.lift();
                    if (!over) {
                        told(daemon, permitted != null && permitted, failure, next);
                    }
                }));
    }

    private void told(String daemon, boolean permitted, @Nullable Throwable failure, Runnable next) {
        if (failure != null) {
            Throwable why =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            observer.noted(facts, Level.ERROR, "hosts_access: " + why.getMessage());
        }
        observer.hostsAsked(facts, daemon, permitted);
        if (permitted) {
            next.run();
        } else {
            failed.accept(notPermitted("hosts.allow and hosts.deny do not let it in"));
        }
    }

    private void askMachine(Runnable next) {
        ClientChecks.Ident ident = checks.ident();
        if (ident == null) {
            next.run();
            return;
        }
        if (!(facts.client() instanceof InetSocketAddress client)
                || client.getAddress() == null
                || !(channel.localAddress() instanceof InetSocketAddress own)) {
            observer.noted(facts, Level.INFO, "IDENT not supported on Unix sockets");
            next.run();
            return;
        }
        Address machine = new Address.Tcp(client.getAddress().getHostAddress(), ident.port());
        ConnectLeg leg = new ConnectLeg(List.of(machine), Failover.PRIORITY, null, null);
        IdentQuery query = new IdentQuery(client.getPort(), own.getPort(), new Asker(ident, next));
        Future<Channel> attempt = parts.backend(leg)
                .connect(
                        channel.eventLoop(),
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel asked) {
                                asked.pipeline().addLast(query);
                            }
                        },
                        new ObservedTries(observer, facts, null),
                        null);
        connecting = attempt;
        attempt.addListener((Future<Channel> done) -> {
            if (!over && !done.isSuccess()) {
                refuse(String.valueOf(done.cause().getMessage()));
            }
        });
    }

    private final class Asker implements IdentQuery.Asker {
        private final ClientChecks.Ident ident;
        private final Runnable next;

        Asker(ClientChecks.Ident ident, Runnable next) {
            this.ident = ident;
            this.next = next;
        }

        @Override
        public void asked(Channel server, String question) {
            if (over) {
                server.close();
                return;
            }
            channel.closeFuture().addListener(gone -> server.close());
            observer.identConnected(facts, server.remoteAddress());
            observer.noted(facts, Level.DEBUG, " -> " + question);
            answer.set(parts.config().timeouts().handshake(), notPermitted("ident: its machine does not answer"));
        }

        @Override
        public void answered(Channel server, String line) {
            answer.lift();
            server.close();
            if (over) {
                return;
            }
            observer.noted(facts, Level.DEBUG, " <- " + line);
            String user;
            try {
                user = IdentAnswer.user(line);
            } catch (IllegalArgumentException e) {
                observer.noted(facts, Level.ERROR, String.valueOf(e.getMessage()));
                refuse(String.valueOf(e.getMessage()));
                return;
            }
            boolean permitted = user.equals(ident.user());
            observer.identAnswered(facts, user, permitted);
            if (permitted) {
                next.run();
            } else {
                refuse("its machine says that it is another user's than " + ident.user());
            }
        }

        @Override
        public void failed(Channel server, String why) {
            answer.lift();
            server.close();
            if (!over) {
                observer.noted(facts, Level.ERROR, why);
                refuse(why);
            }
        }
    }

    private void silent(ConnectionFailure failure) {
        observer.noted(facts, Level.INFO, "s_read_eof: s_poll_wait: TIMEOUTbusy exceeded: sending reset");
        failed.accept(failure);
    }

    private void refuse(String why) {
        failed.accept(notPermitted("ident: " + why));
    }

    private static ConnectionFailure notPermitted(String detail) {
        return new ConnectionFailure(CloseReason.CLIENT_NOT_PERMITTED, detail);
    }

    /** The connection has ended. */
    void stop() {
        over = true;
        answer.lift();
        if (connecting != null) {
            connecting.cancel(false);
        }
    }
}
