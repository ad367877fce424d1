package io.ferrule.stunnel;

import io.ferrule.config.PreSharedKey;
import io.ferrule.connection.ChosenService;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.Leg;
import io.ferrule.connection.OwnClient;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Tells of connections in the words and the order of stunnel 5.68. What only OpenSSL knows is left out: the states of a handshake,
 * numbers of file descriptors, session ids, statistics.
 */
public final class StunnelEvents implements ConnectionObserver {
    private static final String PROCESS = "ui";

    private final StunnelLog log;
    private final Function<String, @Nullable LoggedService> services;
    private final ConnectionIds ids;
    private final Map<ConnectionFacts, ConnectionLines> open = new ConcurrentHashMap<>();

    /**
     * Writes to a log from now on.
     *
     * @param services by the name of a tunnel; null where nothing is to be written. Asked once for a connection, at its begin, so that
     *     one that outlives a reload goes on as it was.
     * @param random unpredictable, and used by several threads
     */
    public StunnelEvents(StunnelLog log, Function<String, @Nullable LoggedService> services, RandomGenerator random) {
        this.log = log;
        this.services = services;
        this.ids = new ConnectionIds(random);
    }

    @Override
    public void admitted(ConnectionFacts facts) {
        LoggedService service = services.apply(facts.tunnel());
        if (service == null) {
            return;
        }
        ConnectionLines lines = new ConnectionLines(log, ids.next(facts.tunnel(), service), service);
        open.put(facts, lines);
        lines.add(ConnectionLines.DEBUG, "Service [" + service.name() + "] started");
        if (facts.client() instanceof OwnClient own && own.isProgram()) {
            lines.add(ConnectionLines.INFO, ProgramLines.started(own.pid()));
        }
    }

    @Override
    public void welcomed(ConnectionFacts facts) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.add(
                    ConnectionLines.NOTICE,
                    "Service [" + lines.service().name() + "] accepted connection" + SocketNames.from(facts.client()));
        }
    }

    @Override
    public void hostsAsked(ConnectionFacts facts, String daemon, boolean permitted) {
        ConnectionLines lines = open.get(facts);
        if (lines == null) {
            return;
        }
        if (permitted) {
            lines.add(
                    ConnectionLines.DEBUG,
                    "Service [" + daemon + "] permitted by libwrap" + SocketNames.from(facts.client()));
        } else {
            lines.add(
                    ConnectionLines.WARNING,
                    "Service [" + daemon + "] REFUSED by libwrap" + SocketNames.from(facts.client()));
            lines.add(ConnectionLines.DEBUG, "See hosts_access(5) manual for details");
        }
    }

    @Override
    public void identConnected(ConnectionFacts facts, SocketAddress server) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.add(ConnectionLines.NOTICE, "s_connect: connected " + SocketNames.of(server));
            lines.add(ConnectionLines.DEBUG, "IDENT server connected");
        }
    }

    @Override
    public void identAnswered(ConnectionFacts facts, String user, boolean permitted) {
        ConnectionLines lines = open.get(facts);
        if (lines == null) {
            return;
        }
        if (permitted) {
            lines.add(ConnectionLines.INFO, "IDENT authentication passed");
        } else {
            lines.add(
                    ConnectionLines.WARNING,
                    "Connection" + SocketNames.from(facts.client()) + " REFUSED by IDENT (user \"" + user + "\")");
        }
    }

    @Override
    public void optionRefused(ConnectionFacts facts, Leg leg, String error) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.add(ConnectionLines.ERR, error);
            lines.add(
                    ConnectionLines.WARNING,
                    "Failed to set " + (leg == Leg.ACCEPT ? "local" : "remote") + " socket options");
        }
    }

    @Override
    public void securing(ConnectionFacts facts, Leg leg) {
        ConnectionLines lines = open.get(facts);
        if (lines == null) {
            return;
        }
        if (leg == Leg.CONNECT) {
            String name = lines.service().serverName();
            lines.add(
                    ConnectionLines.INFO,
                    name == null ? "SNI: extension disabled" : "SNI: sending servername: " + name);
        }
        lines.add(
                ConnectionLines.INFO,
                "Peer certificate " + (lines.service().asked().required() ? "required" : "not required"));
        String identity = lines.service().identity();
        if (identity != null) {
            lines.add(ConnectionLines.INFO, "PSK client configured for identity \"" + identity + "\"");
        }
    }

    @Override
    public void addressesFound(ConnectionFacts facts, int first, boolean takeTurns) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.add(
                    ConnectionLines.INFO,
                    "failover: " + (takeTurns ? "round-robin" : "priority") + ", starting at entry #" + first);
        }
    }

    @Override
    public void sessionContinued(ConnectionFacts facts, @Nullable SocketAddress target, boolean listed) {
        ConnectionLines lines = open.get(facts);
        if (lines == null) {
            return;
        }
        TargetLines.continued(lines, target, listed);
    }

    @Override
    public void noDestination(ConnectionFacts facts, String error) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.noteNoDestination();
            lines.add(ConnectionLines.ERR, error);
        }
    }

    @Override
    public void nameUnknown(ConnectionFacts facts, String host) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.noteNameUnknown();
            lines.add(
                    ConnectionLines.ERR,
                    "Error resolving \"" + host + "\": Neither nodename nor servname known (EAI_NONAME)");
        }
    }

    @Override
    public void connecting(ConnectionFacts facts, SocketAddress address) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.noteAddressTried();
            lines.add(ConnectionLines.INFO, "s_connect: connecting " + SocketNames.of(address));
        }
    }

    @Override
    public void unreachable(ConnectionFacts facts, SocketAddress address, @Nullable String error) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            TargetLines.unreachable(lines, address, error);
        }
    }

    @Override
    public void programStarted(ConnectionFacts facts, long pid) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.noteProgram();
            lines.add(ConnectionLines.INFO, ProgramLines.started(pid));
        }
    }

    @Override
    public void programNotStarted(ConnectionFacts facts, String program, String error) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.noteProgram();
            lines.add(ConnectionLines.ERR, ProgramLines.notStarted(program, error));
        }
    }

    @Override
    public void programEnded(long pid, int status) {
        log.log(ConnectionLines.INFO, PROCESS, ProgramLines.ended(pid, status));
    }

    @Override
    public void connected(ConnectionFacts facts, Duration took) {
        ConnectionLines lines = open.get(facts);
        SocketAddress target = facts.target();
        if (lines != null && target != null && !lines.toProgram()) {
            TargetLines.connected(lines, facts, target);
        }
    }

    @Override
    public void borrowing(ConnectionFacts facts, Level level, String text) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.noteAddressTried();
        }
        noted(facts, level, text);
    }

    @Override
    public void noted(ConnectionFacts facts, Level level, String text) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            lines.add(
                    switch (level) {
                        case ERROR -> ConnectionLines.ERR;
                        case WARN -> ConnectionLines.WARNING;
                        case INFO -> ConnectionLines.INFO;
                        case DEBUG, TRACE -> ConnectionLines.DEBUG;
                    },
                    text);
        }
    }

    @Override
    public void negotiated(ConnectionFacts facts, Leg leg, TlsSession session) {
        ConnectionLines lines = open.get(facts);
        if (lines == null) {
            return;
        }
        if (leg == Leg.ACCEPT && !lines.service().virtual().isEmpty()) {
            ChoiceLines.write(lines, session.serverName(), session.service());
        }
        PreSharedKey key = session.preShared();
        if (key != null && !session.resumed() && !lines.service().client()) {
            lines.add(ConnectionLines.NOTICE, "Key configured for PSK identity \"" + key.identity() + "\"");
        } else if (!session.resumed()) {
            certificates(lines, facts, session);
        }
        SessionLines.write(lines, session);
        if (session.redirected() != null) {
            lines.add(ConnectionLines.NOTICE, "Redirecting connection");
        }
    }

    private static void certificates(ConnectionLines lines, ConnectionFacts facts, TlsSession session) {
        List<X509Certificate> chain = session.peerChain();
        Verdict.Refused refused = session.redirected();
        if (refused == null) {
            CertificateLines.accepted(lines, chain);
        } else if (!chain.isEmpty()) {
            CertificateLines.refused(lines, chain, refused.failure(), refused.explanation(), facts.openedAt());
        }
    }

    @Override
    public void finished(ConnectionFacts facts, Leg leg) {
        ConnectionLines lines = open.get(facts);
        if (lines != null) {
            EndLines.finished(lines, leg);
        }
    }

    @Override
    public void closed(ConnectionRecord record) {
        ConnectionLines lines = open.remove(record.facts());
        if (lines == null) {
            notAdmitted(record);
        } else if (record.reason() == CloseReason.STOPPED) {
            log.log(
                    ConnectionLines.DEBUG,
                    PROCESS,
                    "Terminating a thread for [" + lines.service().name() + "]");
        } else {
            ChosenService chosen = record.facts().chosenBeforeFailure();
            if (chosen != null && !lines.service().virtual().isEmpty()) {
                ChoiceLines.write(lines, chosen.serverName(), chosen.service());
            }
            EndLines.write(lines, record);
            lines.add(
                    ConnectionLines.DEBUG,
                    "Service [" + lines.service().name() + "] finished (" + open.size() + " left)");
            if (lines.service().retries()) {
                lines.add(ConnectionLines.INFO, "Retrying an exec+connect section");
            }
        }
    }

    private void notAdmitted(ConnectionRecord record) {
        LoggedService service = services.apply(record.facts().tunnel());
        if (service == null) {
            return;
        }
        log.log(
                ConnectionLines.WARNING,
                PROCESS,
                record.reason() == CloseReason.TOO_MANY_CONNECTIONS
                        ? "Connection rejected: too many clients (>=" + service.mostClients() + ")"
                        : "Connection rejected: " + record.reason().sentence());
    }

    @Override
    public void acceptPaused(String tunnel, String resource) {
        String error =
                switch (resource) {
                    case "file descriptors" -> "Too many open files (24)";
                    case "file descriptors of the whole system" -> "Too many open files in system (23)";
                    default -> "Cannot allocate memory (12)";
                };
        log.log(ConnectionLines.ERR, PROCESS, "local socket: " + error);
        log.log(ConnectionLines.NOTICE, PROCESS, "Accepting new connections suspended for 1 second");
    }
}
