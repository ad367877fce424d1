package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.Role;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.testing.Directories;
import io.ferrule.testing.Peer;
import io.ferrule.testing.RuleKinds;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each kind of rule over sockets, and what becomes of those whom it let in when it changes: of their live connections, and of
 * the sessions that they continue. Both ends are tunnels; one judges, the other shows a certificate.
 */
@Timeout(60)
class RuleChangesTest {
    private static final Path DIRECTORY = Directories.temporary("ferrule-changes");
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final TestCertificate CLIENT = TestCertificates.selfSigned("client");

    private final AtomicLong reachedTarget = new AtomicLong();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Peer> applications = new ArrayList<>();
    private ScriptedServer target;

    static Stream<Arguments> kinds() {
        List<RuleKinds.Kind> kinds = RuleKinds.in(DIRECTORY);
        return Stream.of("1.2", "1.3").flatMap(version -> kinds.stream().map(kind -> Arguments.of(kind, version)));
    }

    @AfterAll
    static void delete() {
        Directories.delete(DIRECTORY);
    }

    @BeforeEach
    void listen() throws IOException {
        target = ScriptedServer.plain(peer -> {
            byte[] buffer = new byte[64];
            for (int read = peer.in().read(buffer); read >= 0; read = peer.in().read(buffer)) {
                reachedTarget.addAndGet(read);
                peer.out().write(buffer, 0, read);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        applications.forEach(Peer::close);
        for (AutoCloseable each : open) {
            each.close();
        }
        target.close();
    }

    /** The program that judges and the one that is judged, of which one is the server and the other its client. */
    private final class Both {
        private final Role judges;
        private final String version;
        final OneProcess judge;
        final OneProcess judged;
        private final OneProcess server;
        private final OneProcess client;

        Both(Role judges, String version, TestCertificate shown, Map<String, List<String>> options) throws Exception {
            this.judges = judges;
            this.version = version;
            this.judge = open(judges);
            this.judged = open(judges == Role.SERVER ? Role.CLIENT : Role.SERVER);
            this.server = judges == Role.SERVER ? judge : judged;
            this.client = judges == Role.SERVER ? judged : judge;
            Map<String, List<String>> other = new LinkedHashMap<>(own(shown));
            if (judges == Role.SERVER) {
                change(options);
                other.put("pin", List.of(SERVER.pin().toString()));
                other.put("target", List.of(server.address()));
                judged.run(other);
            } else {
                other.put("access", List.of("anyone"));
                other.put("target", List.of(target.address()));
                judged.run(other);
                change(options);
            }
        }

        /** Has the judge go by other options, as a reload does. */
        boolean change(Map<String, List<String>> options) throws Exception {
            Map<String, List<String>> all = new LinkedHashMap<>(options);
            if (judges == Role.SERVER) {
                all.putAll(own(SERVER));
                all.put("target", List.of(target.address()));
            } else {
                all.put("target", List.of(server.address()));
            }
            return judge.run(all);
        }

        private Map<String, List<String>> own(TestCertificate certificate) {
            KeyFiles files =
                    certificate.writeTo(DIRECTORY, certificate.pin().toString().replaceAll("\\W", ""));
            return Map.of(
                    "certificate", List.of(files.certificate().toString()),
                    "key", List.of(files.key().toString()),
                    "tls-min-version", List.of(version),
                    "tls-max-version", List.of(version));
        }

        Peer connect() throws IOException {
            Peer application = Peer.plain(client.port());
            applications.add(application);
            return application;
        }

        /** A connection that continues a session of one before, which is open still. */
        Peer connectAgain() throws Exception {
            serves(connect());
            Peer again = connect();
            serves(again);
            again.close();
            assertThat(session(judge.next()).resumed()).isTrue();
            Peer lives = connect();
            serves(lives);
            return lives;
        }

        private TlsSession session(ConnectionRecord record) {
            return Objects.requireNonNull(record.facts().tls(judges == Role.SERVER ? Leg.ACCEPT : Leg.CONNECT));
        }

        /** Nothing that is sent arrives, and the judge says why. */
        void refuses(HandshakeFailure failure) throws Exception {
            long before = reachedTarget.get();
            assertThat(Peer.endAfterSending(client.port(), "secret", Duration.ofSeconds(3)))
                    .isNotEqualTo(Peer.End.STILL_OPEN);
            ConnectionRecord record = judge.next();
            assertThat(record.handshakeFailure()).as(record.detail()).isEqualTo(failure);
            assertThat(reachedTarget).hasValue(before);
        }

        /** Ends that many connections as no longer permitted, and no others. */
        void ends(int connections) throws Exception {
            assertThat(judge.judgeAnew()).isEqualTo(connections);
            for (int i = 0; i < connections; i++) {
                assertThat(judge.next().reason()).isEqualTo(CloseReason.PERMISSION_GONE);
            }
        }
    }

    private OneProcess open(Role role) {
        OneProcess process = new OneProcess(role);
        open.add(process);
        return process;
    }

    private static void serves(Peer application) throws IOException {
        assertThat(application.send("ping").receive(4)).isEqualTo("ping");
    }

    private static void invite(OneProcess judge, TestCertificate... clients) {
        judge.invited.replace(Stream.of(clients)
                .map(client -> new InvitedClients.Client(
                        "c" + client.pin(),
                        client.pin(),
                        "default",
                        Instant.now().plusSeconds(60)))
                .toList());
    }

    private Both both(RuleKinds.Kind kind, String version, TestCertificate shown) throws Exception {
        Both both = new Both(kind.judge(), version, shown, kind.options());
        if (kind.byInvitation()) {
            invite(both.judge, kind.accepted());
        }
        return both;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void wrongCertificateIsRefusedBeforeAByteIsRelayed(RuleKinds.Kind kind, String version) throws Exception {
        both(kind, version, kind.refused()).refuses(kind.failure());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void changedRuleEndsConnectionsAndContinuesNoSession(RuleKinds.Kind kind, String version) throws Exception {
        Both both = both(kind, version, kind.accepted());
        Peer lives = both.connectAgain();
        assertThat(both.change(kind.changed())).isTrue();
        // Of another authority is who was refused by the rule; who was let in has only the wrong name now.
        both.refuses(kind.failure() == HandshakeFailure.UNTRUSTED ? HandshakeFailure.NAME_MISMATCH : kind.failure());
        both.ends(2);
        assertThat(lives.awaitEnd(Duration.ofSeconds(10))).isEqualTo(Peer.End.RESET);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void ruleThatStillHoldsEndsNothingAndContinuesSessions(RuleKinds.Kind kind, String version) throws Exception {
        Both both = both(kind, version, kind.accepted());
        Peer lives = both.connectAgain();
        Map<String, List<String>> same = new LinkedHashMap<>(kind.options());
        same.put("max-connections", List.of("77"));
        assertThat(both.change(same)).isTrue();
        both.ends(0);
        serves(lives);
        Peer again = both.connect();
        serves(again);
        again.close();
        assertThat(both.session(both.judge.next()).resumed()).isEqualTo(kind.judge() == Role.SERVER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void revokedInvitationEndsConnectionsAndContinuesNoSession(String version) throws Exception {
        Both both = new Both(Role.SERVER, version, CLIENT, Map.of("access", List.of("invited")));
        invite(both.judge, CLIENT, SERVER);
        both.connectAgain();
        invite(both.judge, SERVER);
        both.refuses(HandshakeFailure.PIN_MISMATCH);
        both.ends(2);
    }

    static Stream<Arguments> roles() {
        return Stream.of(Role.values()).flatMap(role -> Stream.of("1.2", "1.3").map(v -> Arguments.of(role, v)));
    }

    /** The tunnel itself is as it was, and so is the TLS context that keeps a client's sessions. */
    @ParameterizedTest
    @MethodSource("roles")
    void newLineOfADenyListEndsConnectionsAndContinuesNoSession(Role judge, String version) throws Exception {
        Path deny = Files.writeString(DIRECTORY.resolve(judge + version + "-deny"), SERVER.pin() + "\n");
        Map<String, List<String>> options = new LinkedHashMap<>();
        options.put(
                judge == Role.SERVER ? "client-pin" : "pin",
                List.of(CLIENT.pin().toString()));
        options.put("deny", List.of(deny.toString()));
        Both both = new Both(judge, version, CLIENT, options);
        both.connectAgain();
        Files.writeString(deny, SERVER.pin() + "\n" + CLIENT.pin() + "\n");
        assertThat(both.change(options)).isFalse();
        both.refuses(HandshakeFailure.DENIED);
        both.ends(2);
    }

    @ParameterizedTest
    @MethodSource("roles")
    void newEntryOfARevocationListEndsConnectionsAndContinuesNoSession(Role judge, String version) throws Exception {
        TestCertificates.Authority authority = TestCertificates.authority();
        TestCertificate shown = authority.issue("localhost");
        Path bundle = authority.writeTo(Files.createDirectories(DIRECTORY.resolve(judge + version)));
        Path crl = TestCrl.of(authority).filled(3).writeTo(DIRECTORY, judge + version);
        Map<String, List<String>> options = judge == Role.SERVER
                ? Map.of(
                        "client-ca", List.of(bundle.toString()),
                        "client-name", List.of("*"),
                        "crl", List.of(crl.toString()))
                : Map.of(
                        "ca", List.of(bundle.toString()),
                        "verify-name", List.of("*"),
                        "crl", List.of(crl.toString()));
        Both both = new Both(judge, version, shown, options);
        both.connectAgain();
        Files.delete(crl);
        TestCrl.of(authority).filled(3).revoking(shown.certificate()).writeTo(DIRECTORY, judge + version);
        assertThat(both.change(options)).isTrue();
        both.refuses(HandshakeFailure.REVOKED);
        both.ends(2);
    }
}
