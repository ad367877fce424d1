package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Negotiation;
import io.ferrule.config.Negotiation.Protocol;
import io.ferrule.config.Secret;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.StatusChecks;
import io.ferrule.stunnel.ConnectionId;
import io.ferrule.stunnel.LoggedService;
import io.ferrule.stunnel.LoggedService.Asked;
import io.ferrule.stunnel.StunnelEvents;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same is said to the real stunnel and to a tunnel in its place: both say the same, byte by byte, to both sides, end alike, and
 * write the same lines. A script's steps: {@code >} sends a line, {@code <} receives one, {@code x} sends bytes in hexadecimal,
 * {@code n} receives so many, {@code tls} begins TLS, {@code fin} ends sending. The client speaks to us, the target is spoken to.
 */
@Timeout(60)
@NeedsCommand({"stunnel4", "stunnel"})
class NegotiationTranscriptTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificate SERVER = CA.issue("server.test");
    private static final Pattern LINE = Pattern.compile("\\S+ \\S+ (LOG\\d)\\[\\d+\\](: .*)");

    /** What stunnel alone tells of level 6, and what both tell of level 7. */
    private static final Pattern LEFT_OUT = Pattern.compile("LOG6: (No peer certificate received|Session id: .*"
            + "|persistence: .*|Client certificate not requested|.*verification disabled|.*ciphersuite: .*|Peer temp.*)"
            + "|LOG7: (?! -> | <- |RFC|Started server|SSLReq|Sending LDAP|Receiving LDAP|Decoding LDAP).*");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** What one run showed. */
    private record Shown(List<String> client, List<String> target, List<String> log) {}

    private interface Place extends AutoCloseable {
        int port();

        List<String> log();

        @Override
        void close();
    }

    // ---- the two places

    private Place ours(TunnelConfig config, boolean client) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        LoggedService service = new LoggedService(
                "tunnel",
                client,
                7,
                ConnectionId.SEQUENTIAL,
                new Asked(client, client, false, List.of(), List.of(), List.of()),
                client ? "server.test" : null,
                1);
        StunnelEvents events = new StunnelEvents(
                (level, id, text) -> lines.add("DATE TIME LOG" + level + "[" + id + "]: " + text),
                name -> service,
                new Random(1));
        TunnelRig rig = new TunnelRig(StatusChecks.NONE, events);
        rig.run(config);
        return new Place() {
            @Override
            public int port() {
                return rig.port("tunnel");
            }

            @Override
            public List<String> log() {
                return lines;
            }

            @Override
            public void close() {
                rig.close();
            }
        };
    }

    private static Place theirs(StunnelPeer stunnel) {
        return new Place() {
            @Override
            public int port() {
                return stunnel.port();
            }

            @Override
            public List<String> log() {
                return stunnel.log().lines().toList();
            }

            @Override
            public void close() {
                stunnel.close();
            }
        };
    }

    private Place server(boolean real, Negotiation asked, int target, String... options) throws Exception {
        if (real) {
            return theirs(StunnelPeer.server(SERVER, "127.0.0.1:" + target, options));
        }
        AcceptTls tls =
                new AcceptTls(KeySources.of(SERVER.writeTo(directory)), new Access.Anyone(), TlsSettings.DEFAULT);
        return ours(TunnelRig.server("tunnel", tls, TunnelRig.at(target)).withNegotiation(asked), false);
    }

    private Place client(boolean real, Negotiation asked, int target, String... options) throws Exception {
        return client(real, asked, Timeouts.DEFAULT, target, options);
    }

    private Place client(boolean real, Negotiation asked, Timeouts timeouts, int target, String... options)
            throws Exception {
        Path ca = CA.writeTo(directory);
        if (real) {
            List<String> all = new ArrayList<>(List.of(options));
            all.addAll(List.of("CAfile = " + ca, "verifyChain = yes", "sni = server.test"));
            return theirs(StunnelPeer.client(SERVER, "127.0.0.1:" + target, all.toArray(String[]::new)));
        }
        ConnectTls tls = new ConnectTls(new ServerTrust.Authority(ca), "server.test", null, TlsSettings.DEFAULT);
        TunnelConfig plain = TunnelRig.client("tunnel", tls, target);
        return ours(
                new TunnelConfig(plain.name(), plain.accept(), plain.connect(), plain.limits(), timeouts)
                        .withNegotiation(asked),
                true);
    }

    // ---- a run

    private static Shown play(Place place, ScriptedServer target, String script, List<String> atTarget)
            throws Exception {
        List<String> atClient = new ArrayList<>();
        Peer client = connected(place.port());
        if (client == null) {
            atClient.add("RESET");
        } else {
            act(client, script, atClient);
        }
        if (target.accepted() > 0) {
            target.awaitPlayed();
        }
        return new Shown(atClient, List.copyOf(atTarget), lines(place::log));
    }

    /** Null if it was reset before the connecting had even returned: a target may refuse at once. */
    private static @Nullable Peer connected(int port) throws IOException {
        try {
            return Peer.plain(port);
        } catch (SocketException reset) {
            if (!String.valueOf(reset.getMessage()).contains("reset")) {
                throw reset;
            }
            return null;
        }
    }

    private static List<String> lines(Supplier<List<String>> log) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> log.get().stream()
                .anyMatch(line -> line.contains(" byte(s) sent to TLS, ")));
        return log.get().stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(m -> (m.group(1) + m.group(2)).replaceAll("127\\.0\\.0\\.1:\\d+", "PLACE"))
                .map(line -> line.replace("(read hangup)", "(readsocket)"))
                .map(line -> line.replaceAll("\\.\\./\\S+: error:\\w+:SSL routines::", ""))
                .map(line -> line.replaceAll(" -> (AUTH PLAIN )?\\S+=$", " -> $1(secret)"))
                .filter(line -> !LEFT_OUT.matcher(line).matches())
                .toList();
    }

    private static void act(Peer first, String script, List<String> seen) {
        try (Peer opened = first) {
            Peer peer = opened;
            for (String each : script.split(" *\\| *", -1)) {
                String step = each.strip();
                if (step.startsWith(">")) {
                    peer.send(step.substring(1).strip() + "\r\n");
                } else if (step.equals("<")) {
                    seen.add(peer.line());
                } else if (step.startsWith("x")) {
                    peer.send(HexFormat.of().parseHex(step.substring(1).replace(" ", "")));
                } else if (step.startsWith("n")) {
                    int bytes = Integer.parseInt(step.substring(1).strip());
                    byte[] got = peer.in().readNBytes(bytes);
                    if (got.length < bytes) {
                        throw new EOFException();
                    }
                    seen.add(HexFormat.of().formatHex(got));
                } else if (step.equals("tls client")) {
                    peer = peer.startTls(JdkTls.anonymous());
                } else if (step.equals("tls")) {
                    peer = peer.acceptTls(JdkTls.showing(SERVER));
                } else if (step.equals("fin")) {
                    peer.finish();
                } else if (!step.isEmpty()) {
                    throw new IllegalArgumentException(step);
                }
            }
            Peer.End end = peer.awaitEnd(Duration.ofSeconds(20));
            seen.add(end.toString());
            if (end == Peer.End.CLEAN) {
                peer.finish();
            }
        } catch (EOFException end) {
            seen.add("CLEAN");
        } catch (IOException reset) {
            seen.add("RESET");
        }
    }

    private interface Opening {
        Place open(boolean real, int target) throws Exception;
    }

    private static void compare(String clientScript, String targetScript, Opening opening) throws Exception {
        Shown ours = run(false, clientScript, targetScript, opening);
        Shown theirs = run(true, clientScript, targetScript, opening);
        assertThat(ours.client()).describedAs("the client").isEqualTo(theirs.client());
        assertThat(ours.target()).describedAs("the target").isEqualTo(theirs.target());
        assertThat(ours.log()).describedAs("the log").isEqualTo(theirs.log());
    }

    private static Shown run(boolean real, String clientScript, String targetScript, Opening opening) throws Exception {
        List<String> atTarget = new CopyOnWriteArrayList<>();
        try (ScriptedServer target = ScriptedServer.plain(peer -> act(peer, targetScript, atTarget));
                Place place = opening.open(real, target.port())) {
            return play(place, target, clientScript, atTarget);
        }
    }

    private static String[] options(Protocol protocol, String... more) {
        List<String> options = new ArrayList<>(
                List.of("debug = debug", "protocol = " + protocol.name().toLowerCase(Locale.ROOT)));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    // ---- in front of a server

    private static final String SERVED = "tls client | > hello | < | fin";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SMTP; < | > EHLO me | < | < | > STARTTLS | < | +; > 220 mail.test ESMTP Postfix | < | > got it",
                "SMTP; < | < | > EHLO me | < | < | > starttls | < | +; > 220-mail.test | > 220 go on | < | > got it",
                "SMTP; < | > HELO me; > 220 mail.test ESMTP",
                "SMTP; < | > EHLO me | < | < | > MAIL FROM:<me>; > 220 mail.test ESMTP",
                "SMTP; <; > 554 no",
                "SMTP; +; > 220 mail.test | < | < | > got it",
                "POP3; < | > CAPA | < | < | < | > STLS | < | +; > +OK ready | < | > got it",
                "POP3; < | > STLS | < | +; > +OK ready | < | > got it",
                "POP3; < | > STAT; > +OK ready",
                "IMAP; < | > a1 CAPABILITY | < | < | > a2 STARTTLS | < | +;"
                        + " > * OK [CAPABILITY IMAP4rev1] ready | < | > * CAPABILITY IMAP4rev1 | > a1 OK done | < | > got it",
                "IMAP; < | > a1 LOGOUT | < | <; > * OK [capability x] ready | < | > * BYE | > stunnel OK bye",
                "IMAP; < | > a1 NOOP | < | <; > * OK ready | < | > * BYE | > stunnel OK bye",
                "IMAP; < | > a1 CAPABILITY | < | <; > * OK ready | < | > a1 NO | < | > stunnel BAD",
                "IMAP; < | > nonsense; > * OK ready | < | > * BYE | > stunnel OK bye",
                "IMAP; <; > * BYE",
                "IMAP; +; > * OK ready | < | < | > got it",
                "PGSQL; x 0000000804d2162f | n 1 | +; < | > got it",
                "PGSQL; x 0000000804d21630 | n 62; ''",
                "PGSQL; x 0000000800030000; ''",
                "PGSQL; x 000000 | fin; ''",
                "CIFS; x 81000004 41424344 | n 5 | +; < | > got it",
                "CIFS; x 82000000; ''",
                "CIFS; x 810000ff; ''",
            })
    void aClientIsSpokenToAsByStunnel(Protocol protocol, String clientScript, String targetScript) throws Exception {
        compare(
                clientScript.replaceAll("(^|\\| )\\+$", "$1" + SERVED),
                targetScript,
                (real, target) -> server(real, new Negotiation(protocol), target, options(protocol)));
    }

    // ---- in front of a client

    private static final String APPLICATION = "> hello | < | fin";
    private static final String BEHIND = "tls | < | > got it";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SMTP; < | +; > 220 mail.test | < | > 250-mail.test | > 250 STARTTLS | < | > 220 go | +",
                "SMTP; < | < | +; > 220-mail.test | > 220 hi | < | > 250 STARTTLS | < | > 220-go | > 220 go | +",
                "SMTP; <; > 220 mail.test | < | > 502 no",
                "SMTP; <; > 220 mail.test | < | > 250 ok | < | > 454 no",
                "POP3; < | +; > +OK ready | < | > +OK go | +",
                "POP3; <; > +OK ready | < | > -ERR no",
                "POP3; ''; > -ERR no",
                "IMAP; < | +; > * OK [CAPABILITY IMAP4rev1] ready | < | > stunnel OK go | +",
                "IMAP; < | <; > * OK ready | < | > stunnel BAD no",
                "IMAP; ''; > * BYE no",
                "NNTP; < | +; > 200 news | < | > 382 go | +",
                "NNTP; < | +; > 201 news | < | > 382 go | +",
                "NNTP; <; > 201 news | < | > 580 no",
                "NNTP; ''; > 400 no",
                "NNTP; ''; fin",
                "SMTP; <; > 220 mail.test | < | > 250-mail.test | fin",
                "LDAP; +; n 31 | x 300c02010178070a010004000400 | +",
                "LDAP; +; n 31 | x 3084000000100201017884000000070a010004000400 | +",
                "LDAP; ''; n 31 | x 300c02010178070a013404000400",
                "LDAP; ''; n 31 | x 310c",
                "LDAP; ''; n 31 | x 30840000ffff",
                "LDAP; ''; n 31 | x 3003040101",
                "LDAP; ''; n 31 | x 300c02010161070a010004000400",
                "PGSQL; +; n 8 | x 53 | +",
                "PGSQL; ''; n 8 | x 4e",
                "CIFS; +; n 4 | x 830000018e | +",
                "CIFS; ''; n 4 | x 8300000181",
                "CIFS; ''; n 4 | x 820000018e",
                "CIFS; ''; n 4 | x 830000028e",
            })
    void aServerIsSpokenToAsByStunnel(Protocol protocol, String clientScript, String targetScript) throws Exception {
        compare(
                clientScript.replaceAll("(^|\\| )\\+$", "$1" + APPLICATION),
                targetScript.replaceAll("\\| \\+$", "| " + BEHIND),
                (real, target) -> client(real, new Negotiation(protocol), target, options(protocol)));
    }

    /** The real one measures in whole seconds. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"IMAP; ''; ''", "LDAP; ''; n 31", "NNTP; <; > 200 news | <"})
    void aServerThatSaysNothingIsGivenUpAsByStunnel(Protocol protocol, String clientScript, String targetScript)
            throws Exception {
        compare(clientScript, targetScript, (real, target) -> {
            Timeouts d = Timeouts.DEFAULT;
            Timeouts timeouts = new Timeouts(
                    Duration.ofSeconds(1),
                    d.connect(),
                    d.halfClose(),
                    d.idle(),
                    d.reset(),
                    d.keepAlive(),
                    d.unacknowledged());
            return client(real, new Negotiation(protocol), timeouts, target, options(protocol, "TIMEOUTbusy = 1"));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PLAIN; < | > 250 hello | < | > 235 welcome | < | > got it; < | +",
                "plain; < | > 250 hello | < | > 535 no; <",
                "LOGIN; < | > 250 hello | < | > 334 user | < | > 334 pass | < | > 235 welcome | < | > got it; < | +",
                "login; < | > 250 hello | < | > 502 what; <",
                "LOGIN; < | > 250 hello | < | > 334 user | < | > 535 no; <",
            })
    void aRelayIsLoggedInToAsByStunnel(String how, String inside, String clientScript) throws Exception {
        Negotiation asked =
                new Negotiation(Protocol.SMTP, "me.test", "alice", new Secret("wonderland"), null, how, List.of());
        compare(
                clientScript.replace("+", APPLICATION),
                "> 220 mail.test | < | > 250 STARTTLS | < | > 220 go | tls | " + inside,
                (real, target) -> client(
                        real,
                        asked,
                        target,
                        options(
                                Protocol.SMTP,
                                "protocolHost = me.test",
                                "protocolUsername = alice",
                                "protocolPassword = wonderland",
                                "protocolAuthentication = " + how)));
    }
}
