package io.ferrule.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Pin;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS over real sockets; both directions, their ends, and every way a handshake can go. */
class TlsHandlerTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");

    private static TlsSettings only(TlsVersion version) {
        return new TlsSettings(version, version, List.of());
    }

    private static KeyMaterial material(TestCertificate certificate) {
        return new KeyMaterial(certificate.chain(), certificate.key());
    }

    private static TlsContext server(TlsSettings settings) throws TlsSetupException {
        return server(settings, SERVER, null);
    }

    private static TlsContext server(TlsSettings settings, TestCertificate own, @Nullable PeerVerifier clients)
            throws TlsSetupException {
        TlsService service = new TlsService("", List.of(material(own)), clients == null ? null : PeerCheck.by(clients));
        return TlsContext.accept(
                "redis", settings, TlsServices.one(service), TicketKeys.ofThisProcess(Duration.ofHours(1)));
    }

    private static TlsContext client(TlsSettings settings) throws TlsSetupException {
        return TlsContext.connect(settings, List.of(), PeerCheck.by(pinned(SERVER)));
    }

    private static PeerVerifier pinned(TestCertificate expected) {
        return chain -> !chain.isEmpty() && Pin.of(chain.get(0)).equals(expected.pin())
                ? Verdict.TRUSTED
                : new Verdict.Refused(HandshakeFailure.PIN_MISMATCH, "another key");
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        return random;
    }

    @Test
    void bothEndsPreferTls13AndTheHybridGroup() throws Exception {
        try (TlsContext client = client(TlsSettings.DEFAULT);
                TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT))) {
            TlsSession session = ends.connect(client, "redis.example.org").session();

            assertThat(session.version()).isEqualTo("TLSv1.3");
            assertThat(session.cipher()).startsWith("TLS_AES_");
            assertThat(session.group()).isEqualTo("X25519MLKEM768");
            assertThat(session.resumed()).isFalse();
            assertThat(Pin.of(session.peerChain().get(0))).isEqualTo(SERVER.pin());
            assertThat(ends.accepted().session().serverName()).isEqualTo("redis.example.org");
        }
    }

    @Test
    void whatFindsNoMemoryKeepsNone() throws Exception {
        byte[] record = new byte[5 + 32];
        System.arraycopy(new byte[] {23, 3, 3, 0, 32}, 0, record, 0, 5); // application data (RFC 8446 §5.1)
        try (TlsContext client = client(TlsSettings.DEFAULT);
                TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT))) {
            TlsEnds.End end = ends.connect(client, null);
            end.session();
            end.exhaustMemory();
            assertThat(end.feed(Arrays.copyOf(record, 10)).refCnt()).isZero();
            assertThat(end.feed(Arrays.copyOfRange(record, 10, 37)).refCnt()).isZero();
            assertThat(end.broken()).isInstanceOf(OutOfMemoryError.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-256", "P-384", "RSA"})
    void serversMayHaveKeysOfEveryUsualKind(String keyType) throws Exception {
        TestCertificate certificate =
                TestCertificates.selfSignedLeaf("localhost").key(keyType).issue();
        for (TlsVersion version : TlsVersion.values()) {
            try (TlsContext client = TlsContext.connect(only(version), List.of(), PeerCheck.by(pinned(certificate)));
                    TlsEnds ends = new TlsEnds(server(only(version), certificate, null))) {
                assertThat(ends.connect(client, null).session().version()).isEqualTo("TLSv" + version);
            }
        }
    }

    /** BoringSSL signs with Ed25519 but does not offer to verify it, and tcnative has no call that would change that. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void ed25519KeysServeThePeersThatOfferIt(TlsVersion version) throws Exception {
        TestCertificate certificate =
                TestCertificates.selfSignedLeaf("localhost").key("Ed25519").issue();
        try (TlsContext client = TlsContext.connect(only(version), List.of(), PeerCheck.by(pinned(certificate)));
                TlsEnds ends = new TlsEnds(server(only(version), certificate, null))) {
            try (Peer peer = Peer.tls(ends.port(), JdkTls.anonymous(), "TLSv" + version)) {
                assertThat(peer.tlsVersion()).isEqualTo("TLSv" + version);
                TlsEnds.End far = ends.accepted();
                assertThat(far.session().version()).isEqualTo("TLSv" + version);
                far.finish(); // the peer waits for it when it closes
            }
            TlsEnds.End near = ends.connect(client, null);
            ConnectionFailure onServer = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(onServer.handshakeFailure()).isEqualTo(HandshakeFailure.NO_COMMON_CIPHER);
            assertThat(onServer).hasMessageContaining(" kind ");
            assertThat(near.handshakeFailure())
                    .hasMessageContaining("alert handshake_failure: of what was offered, no cipher");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void anAnswerAfterTheClientHasFinishedArrivesWhole(TlsVersion version) throws Exception {
        byte[] request = random(300_000);
        byte[] answer = random(8_000_000);
        try (TlsContext client = client(only(version));
                TlsEnds ends = new TlsEnds(server(only(version)))) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            TlsEnds.End far = ends.accepted();
            near.send(request);
            near.finish();

            assertThat(far.all()).isEqualTo(request);
            far.send(answer);
            far.finish();
            assertThat(near.all()).isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theServerMayFinishFirst(TlsVersion version) throws Exception {
        try (TlsContext client = client(only(version));
                TlsEnds ends = new TlsEnds(server(only(version)))) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            TlsEnds.End far = ends.accepted();
            far.session();
            far.send("banner".getBytes(UTF_8));
            far.finish();

            assertThat(near.all()).asString(UTF_8).isEqualTo("banner");
            near.send(random(1_000_000));
            near.finish();
            assertThat(far.all()).isEqualTo(random(1_000_000));
        }
    }

    /** A TLS 1.3 server's tickets wait for its first write; close_notify has to find room behind them. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aSideThatSendsNothingStillEndsCleanly(TlsVersion version) throws Exception {
        try (TlsContext client = client(only(version));
                TlsEnds ends = new TlsEnds(server(only(version)))) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            TlsEnds.End far = ends.accepted();
            far.session();
            far.finish();
            assertThat(near.all()).isEmpty();
            near.finish();
            assertThat(far.all()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theNextConnectionResumes(TlsVersion version) throws Exception {
        try (TlsContext client = client(only(version));
                TlsEnds ends = new TlsEnds(server(only(version)))) {
            roundTrip(ends, client);
            TlsSession second = roundTrip(ends, client);

            assertThat(second.resumed()).isTrue();
            assertThat(Pin.of(second.peerChain().get(0))).isEqualTo(SERVER.pin());
        }
    }

    /** Tickets come with the server's first bytes, so some have to flow. */
    private static TlsSession roundTrip(TlsEnds ends, TlsContext client) throws Exception {
        TlsEnds.End near = ends.connect(client, "localhost");
        TlsSession session = near.session();
        TlsEnds.End far = ends.accepted();
        far.session();
        far.send("+PONG\r\n".getBytes(UTF_8));
        far.finish();
        near.all();
        near.finish();
        far.all();
        near.drop();
        far.drop();
        return session;
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aServerThatIsNoLongerTrustedIsRefusedOnResumptionToo(TlsVersion version) throws Exception {
        AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.TRUSTED);
        AtomicInteger asked = new AtomicInteger();
        PeerVerifier verifier = chain -> {
            asked.incrementAndGet();
            return chain.isEmpty()
                    ? new Verdict.Refused(HandshakeFailure.NO_CERTIFICATE, "none")
                    : requireNonNull(verdict.get());
        };
        try (TlsContext client = TlsContext.connect(only(version), List.of(), PeerCheck.by(verifier));
                TlsEnds ends = new TlsEnds(server(only(version)))) {
            roundTrip(ends, client);
            assertThat(roundTrip(ends, client).resumed()).isTrue();
            assertThat(asked).hasValue(2);

            verdict.set(new Verdict.Refused(HandshakeFailure.EXPIRED, "it has expired meanwhile"));
            ConnectionFailure failure =
                    (ConnectionFailure) ends.connect(client, "localhost").handshakeFailure();

            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.EXPIRED);
            assertThat(failure.reason()).isEqualTo(CloseReason.TARGET_HANDSHAKE_FAILED);
            verdict.set(Verdict.TRUSTED);
            assertThat(ends.connect(client, "localhost").session().resumed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aClientThatIsNoLongerTrustedIsRefusedOnResumptionToo(TlsVersion version) throws Exception {
        TestCertificate worker = TestCertificates.selfSigned("worker-1");
        AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.TRUSTED);
        PeerVerifier verifier = chain -> pinned(worker).verify(chain) == Verdict.TRUSTED
                ? requireNonNull(verdict.get())
                : pinned(worker).verify(chain);
        try (TlsContext client =
                        TlsContext.connect(only(version), List.of(material(worker)), PeerCheck.by(pinned(SERVER)));
                TlsEnds ends = new TlsEnds(server(only(version), SERVER, verifier))) {
            roundTrip(ends, client);
            TlsEnds.End near = ends.connect(client, "localhost");
            assertThat(near.session().resumed()).isTrue();
            TlsSession resumed = ends.accepted().session();
            assertThat(resumed.resumed()).isTrue();
            assertThat(Pin.of(resumed.peerChain().get(0))).isEqualTo(worker.pin());
            roundTrip(ends, client);

            verdict.set(new Verdict.Refused(HandshakeFailure.EXPIRED, "it has expired meanwhile"));
            ends.connect(client, "localhost");
            ConnectionFailure failure = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.EXPIRED);
            assertThat(failure.reason()).isEqualTo(CloseReason.CLIENT_HANDSHAKE_FAILED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PIN_MISMATCH, bad_certificate",
        "EXPIRED, certificate_expired",
        "UNTRUSTED, unknown_ca",
    })
    void aRefusedServerLearnsWhyFromTheAlertAndGetsNoByte(HandshakeFailure why, String alert) throws Exception {
        PeerVerifier refusing = chain -> new Verdict.Refused(why, "not this one");
        try (TlsContext client = TlsContext.connect(TlsSettings.DEFAULT, List.of(), PeerCheck.by(refusing));
                TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT))) {
            TlsEnds.End near = ends.connect(client, null);
            near.send("AUTH secret\r\n".getBytes(UTF_8));
            TlsEnds.End far = ends.accepted();

            assertThat(((ConnectionFailure) near.handshakeFailure()).handshakeFailure())
                    .isEqualTo(why);
            ConnectionFailure told = (ConnectionFailure) far.handshakeFailure();
            assertThat(told.handshakeFailure()).isEqualTo(HandshakeFailure.REFUSED_BY_PEER);
            assertThat(told).hasMessageContaining(alert);
            assertThat(far.bytesSoFar()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aClientWithoutTheCertificateAskedForIsRefused(TlsVersion version) throws Exception {
        try (TlsContext client = client(only(version));
                TlsEnds ends = new TlsEnds(server(only(version), SERVER, chain -> Verdict.TRUSTED))) {
            ends.connect(client, null);
            ConnectionFailure failure = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.NO_CERTIFICATE);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aTcpEndWithoutCloseNotifyIsNotAnEnd(TlsVersion version) throws Exception {
        try (TlsContext client = client(only(version));
                TlsEnds ends = new TlsEnds(server(only(version)))) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            TlsEnds.End far = ends.accepted();
            far.session();
            near.drop();

            assertThat(far.broken()).isInstanceOfSatisfying(ConnectionFailure.class, f -> assertThat(f.reason())
                    .isEqualTo(CloseReason.CLIENT_TRUNCATED));
            assertThat(far.received).isNotDone();
        }
    }

    @Test
    void versionsThatDoNotMeetAreToldApartFromOtherFailures() throws Exception {
        try (TlsContext client = client(only(TlsVersion.TLS_1_2));
                TlsEnds ends = new TlsEnds(server(only(TlsVersion.TLS_1_3)))) {
            ends.connect(client, null);
            assertThat(((ConnectionFailure) ends.accepted().handshakeFailure()).handshakeFailure())
                    .isEqualTo(HandshakeFailure.NO_COMMON_VERSION);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PING\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "*1\r\n$4\r\nPING\r\n", "\0\0\0\0\0\0\0\0"})
    void whatIsNotTlsIsRefusedAsSuch(String firstBytes) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), ends.port())) {
            socket.getOutputStream().write(firstBytes.getBytes(StandardCharsets.ISO_8859_1));
            ConnectionFailure failure = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure())
                    .as(failure.getMessage())
                    .isIn(HandshakeFailure.NOT_TLS, HandshakeFailure.PROTOCOL_ERROR);
        }
    }

    @Test
    void alpnIsAgreedOnWhereBothKnowAProtocol() throws Exception {
        TlsSettings redis = new TlsSettings(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3, List.of("x", "redis"));
        TlsSettings other = new TlsSettings(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3, List.of("redis"));
        try (TlsContext client = client(other);
                TlsEnds ends = new TlsEnds(server(redis))) {
            assertThat(ends.connect(client, null).session().alpn()).isEqualTo("redis");
        }
    }

    @Test
    void bytesThatComeWithTheClientsFinishedAreNotLost() throws Exception {
        try (TlsContext client = client(TlsSettings.DEFAULT);
                TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT))) {
            TlsEnds.End near = ends.connect(client, null);
            near.tls.handshake().addListener(done -> {
                near.send("PING\r\n".getBytes(UTF_8));
                near.finish();
            });
            assertThat(ends.accepted().all()).asString(UTF_8).isEqualTo("PING\r\n");
        }
    }

    /** Every cut of the ciphertext, through the eyes of another implementation: the Java runtime's own TLS behind a dripping wire. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void anyFragmentationGivesTheSameBytes(TlsVersion version) throws Exception {
        byte[] payload = random(700_000);
        try (TlsEnds ends = new TlsEnds(server(only(version)));
                DrippingWire wire = new DrippingWire(ends.port(), 11);
                Peer peer = Peer.tls(wire.port(), JdkTls.anonymous(), "TLSv" + version)) {
            OutputStream out = peer.out();
            Random sizes = new Random(7);
            for (int at = 0; at < payload.length; ) {
                int bytes = Math.min(payload.length - at, 1 + sizes.nextInt(40_000));
                out.write(payload, at, bytes);
                at += bytes;
            }
            TlsEnds.End far = ends.accepted();
            far.session(); // the peer has finished its part of the handshake, but it may lie in the wire still
            far.send(payload);
            far.finish();
            assertThat(peer.in().readAllBytes()).isEqualTo(payload);
            peer.finish();
            assertThat(far.all()).isEqualTo(payload);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aFlippedBitEndsTheConnectionAndNothingOfItsRecordIsDelivered(TlsVersion version) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(only(version)));
                DrippingWire wire = new DrippingWire(ends.port(), 3);
                Peer peer = Peer.tls(wire.port(), JdkTls.anonymous(), "TLSv" + version)) {
            TlsEnds.End far = ends.accepted();
            far.session();
            wire.flipNext();
            peer.send(random(1000));

            assertThat(far.broken()).isInstanceOfSatisfying(ConnectionFailure.class, f -> assertThat(f.reason())
                    .isEqualTo(CloseReason.CLIENT_TLS_ERROR));
            assertThat(far.bytesSoFar()).isEmpty();
        }
    }

    @Test
    void contextsAreFreedAfterTheirLastConnectionNotBefore() throws Exception {
        TlsContext client = client(TlsSettings.DEFAULT);
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT))) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            client.close();
            client.close(); // only the first counts
            near.send("still here".getBytes(UTF_8));
            near.finish();
            assertThat(ends.accepted().all()).asString(UTF_8).isEqualTo("still here");
        }
    }
}
