package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Impostor;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is not the right server gets not one byte; whoever is not an admitted client reaches no target. */
class TrustIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestCertificate right = TestCertificates.selfSigned("redis.test");
    private Path directory;

    @BeforeEach
    void useDirectory(@TempDir Path temporary) {
        directory = temporary;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverWithAnotherKeyIsRefusedAndItsPinIsShown(String version) throws Exception {
        TestCertificate sameNames = TestCertificates.selfSigned("redis.test");
        String output = refusedBy(sameNames, List.of("--pin", right.pin().toString()), version);
        assertThat(output)
                .as("the pin of the stranger, ready to paste")
                .contains(sameNames.pin().toString());
    }

    @Test
    void serverWithTheRightKeyInAnExpiredCertificateIsRefused() throws Exception {
        TestCertificate expired = TestCertificates.selfSignedLeaf("redis.test")
                .keyOf(right)
                .expired()
                .issue();
        assertThat(refusedBy(expired, List.of("--pin", right.pin().toString()))).contains("expired");
    }

    @Test
    void serverSignedByThePinnedCertificateIsRefusedBecauseAPinIsNoAuthority() throws Exception {
        TestCertificates.Authority pinned = TestCertificates.authority("redis.test");
        TestCertificate leaf = pinned.issue("redis.test");
        TestCertificate withItsIssuer =
                new TestCertificate(List.of(leaf.certificate(), pinned.certificate()), leaf.key());
        refusedBy(withItsIssuer, List.of("--pin", pinned.identity().pin().toString()));
    }

    @Test
    void serverThatIsNotTheStoredCertificateIsRefused() throws Exception {
        Path stored = right.writeTo(directory, "stored").certificate();
        refusedBy(TestCertificates.selfSigned("redis.test"), List.of("--server-certificate", stored.toString()));
    }

    @Test
    void serverOfTheAuthorityWithAnotherNameIsRefused() throws Exception {
        TestCertificates.Authority authority = TestCertificates.authority();
        Path bundle = authority.writeTo(directory);
        TestCertificate other = authority.issue("other.test");
        refusedBy(other, List.of("--ca", bundle.toString(), "--server-name", "redis.test"));
    }

    @Test
    void serverOfTheAuthorityWithTheRightNameIsServed() throws Exception {
        TestCertificates.Authority authority = TestCertificates.authority();
        Path bundle = authority.writeTo(directory);
        TestCertificate named = authority.issue("redis.test");
        servedBy(named, List.of("--ca", bundle.toString(), "--server-name", "redis.test"));
    }

    @Test
    void serverThatIsTheStoredCertificateIsServed() throws Exception {
        Path stored = right.writeTo(directory, "stored").certificate();
        servedBy(right, List.of("--server-certificate", stored.toString()));
    }

    @Test
    void serverWithEitherOfTwoPinsIsServedDuringARotation() throws Exception {
        TestCertificate next = TestCertificates.selfSigned("redis.test");
        List<String> both =
                List.of("--pin", right.pin().toString(), "--pin", next.pin().toString());
        servedBy(right, both);
        servedBy(next, both);
    }

    @Test
    void onlyClientsWithAPinnedCertificateReachTheTarget() throws Exception {
        TestCertificate known = TestCertificates.selfSigned("client.test");
        TestCertificate stranger = TestCertificates.selfSigned("client.test");
        try (ScriptedServer target = ScriptedServer.plain(TrustIT::echoLine);
                Program server = server(target, "--client-pin", known.pin().toString());
                Program admitted = client(server, known);
                Program refused = client(server, stranger);
                Program anonymous = Program.client(
                        directory,
                        "--target",
                        server.address(),
                        "--pin",
                        right.pin().toString())) {
            try (Peer peer = Peer.plain(admitted.port())) {
                assertThat(peer.send("hello\n").receive(6)).isEqualTo("hello\n");
            }
            for (Program other : List.of(refused, anonymous)) {
                try (Peer peer = Peer.plain(other.port())) {
                    assertThat(sendAndAwaitEnd(peer)).isNotEqualTo(Peer.End.STILL_OPEN);
                }
            }
            assertThat(target.accepted())
                    .as("connections that reached the target")
                    .isEqualTo(1);
        }
    }

    @Test
    void onlyClientsOfTheAuthorityWithAnAllowedNameReachTheTarget() throws Exception {
        TestCertificates.Authority authority = TestCertificates.authority();
        Path bundle = authority.writeTo(directory);
        TestCertificate worker = authority.issue("worker-7");
        TestCertificate other = authority.issue("intern");
        try (ScriptedServer target = ScriptedServer.plain(TrustIT::echoLine);
                Program server = server(target, "--client-ca", bundle.toString(), "--client-name", "cn:worker-*");
                Program admitted = client(server, worker);
                Program refused = client(server, other)) {
            try (Peer peer = Peer.plain(admitted.port())) {
                assertThat(peer.send("hello\n").receive(6)).isEqualTo("hello\n");
            }
            try (Peer peer = Peer.plain(refused.port())) {
                assertThat(sendAndAwaitEnd(peer)).isNotEqualTo(Peer.End.STILL_OPEN);
            }
            assertThat(target.accepted()).isEqualTo(1);
        }
    }

    /** Lets a client with this trust meet an impostor, and returns what the client printed. */
    private String refusedBy(TestCertificate shown, List<String> trust, String... versions) throws Exception {
        try (Impostor impostor = Impostor.showing(shown, versions);
                Program client = client(impostor.address(), trust)) {
            int before = impostor.approached();
            try (Peer peer = Peer.plain(client.port())) {
                assertThat(sendAndAwaitEnd(peer)).isNotEqualTo(Peer.End.STILL_OPEN);
            }
            assertThat(impostor.approached()).isGreaterThan(before);
            impostor.awaitDeserted();
            assertThat(impostor.stolenBytes())
                    .as("application bytes given to the impostor")
                    .isZero();
            client.stop(LIMIT);
            return client.process().output();
        }
    }

    private void servedBy(TestCertificate shown, List<String> trust) throws Exception {
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(shown), TrustIT::echoLine);
                Program client = client(server.address(), trust);
                Peer peer = Peer.plain(client.port())) {
            assertThat(peer.send("hello\n").receive(6)).isEqualTo("hello\n");
        }
    }

    private static void echoLine(Peer peer) throws IOException {
        String line = peer.receive(6);
        peer.send(line);
        peer.receiveAll();
    }

    private static Peer.End sendAndAwaitEnd(Peer peer) {
        try {
            peer.send("AUTH secret\r\n");
        } catch (IOException alreadyEnded) {
            return Peer.End.RESET;
        }
        return peer.awaitEnd(LIMIT);
    }

    private Program server(ScriptedServer target, String... access) {
        KeyFiles files = right.writeTo(directory, "server");
        List<String> arguments = new ArrayList<>(List.of(
                "--target",
                target.address(),
                "--certificate",
                files.certificate().toString(),
                "--key",
                files.key().toString()));
        arguments.addAll(List.of(access));
        return Program.server(directory, arguments.toArray(String[]::new));
    }

    private Program client(String target, List<String> trust) {
        List<String> arguments = new ArrayList<>(List.of("--target", target));
        arguments.addAll(trust);
        return Program.client(directory, arguments.toArray(String[]::new));
    }

    private Program client(Program server, TestCertificate shown) {
        String name = shown.pin().toString().substring(7, 15).replace('/', '_');
        KeyFiles files = shown.writeTo(directory, name);
        return client(
                server.address(),
                List.of(
                        "--pin",
                        right.pin().toString(),
                        "--certificate",
                        files.certificate().toString(),
                        "--key",
                        files.key().toString()));
    }
}
