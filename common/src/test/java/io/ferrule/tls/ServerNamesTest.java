package io.ferrule.tls;

import static io.ferrule.tls.TlsMaking.client;
import static io.ferrule.tls.TlsMaking.knowing;
import static io.ferrule.tls.TlsMaking.only;
import static io.ferrule.tls.TlsMaking.optional;
import static io.ferrule.tls.TlsMaking.service;
import static io.ferrule.tls.TlsMaking.tickets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.config.Pin;
import io.ferrule.config.PostQuantum;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.TlsSession;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients are shown and asked by the server name that they ask for, and by what they can verify. */
class ServerNamesTest {
    private static final TestCertificate TUNNEL = TestCertificates.selfSigned("tunnel");
    private static final TestCertificate EXACT = TestCertificates.selfSigned("a.example.org");
    private static final TestCertificate WILD = TestCertificates.selfSigned("*.example.org");
    private static final TestCertificate RSA =
            TestCertificates.selfSignedLeaf("rsa").key("RSA").issue();
    private static final TestCertificate ALICE = TestCertificates.selfSigned("alice");
    private static final TestCertificate BOB = TestCertificates.selfSigned("bob");

    /** A client that never resumes: its sessions would bring the answers of the names before. */
    private static TlsContext forgetful(TlsVersion version, PeerVerifier server, TestCertificate... own)
            throws TlsSetupException {
        return client(TlsMaking.with(only(version), new Sessions(true, null, 0, Duration.ofHours(1))), server, own);
    }

    private static TlsContext server(TlsSettings settings, @Nullable TlsService others, TlsService... named)
            throws TlsSetupException {
        return TlsContext.accept("redis", settings, new TlsServices(List.of(named), others), tickets());
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void everyNameHasItsOwnCertificate(TlsVersion version) throws Exception {
        try (TlsContext client = forgetful(version, knowing(TUNNEL, EXACT, WILD));
                TlsEnds ends = new TlsEnds(server(
                        only(version),
                        service("", null, TUNNEL),
                        service("a.example.org", null, EXACT),
                        service("*.example.org", null, WILD)))) {
            assertServed(ends, client, "A.example.org", EXACT, "a.example.org");
            assertServed(ends, client, "b.example.org", WILD, "*.example.org");
            assertServed(ends, client, "elsewhere.test", TUNNEL, "");
            assertServed(ends, client, null, TUNNEL, "");
        }
    }

    private static void assertServed(
            TlsEnds ends, TlsContext client, @Nullable String name, TestCertificate shown, String service)
            throws Exception {
        TlsSession near = ends.connect(client, name).session();
        assertThat(Pin.of(near.peerChain().get(0))).isEqualTo(shown.pin());
        assertThat(ends.accepted().session().service()).isEqualTo(service);
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void unknownNamesAreRefusedWithTheirAlertWhereTheyAreNotServed(TlsVersion version) throws Exception {
        try (TlsContext client = client(only(version), knowing(EXACT));
                TlsEnds ends = new TlsEnds(server(only(version), null, service("a.example.org", null, EXACT)))) {
            ConnectionFailure told =
                    (ConnectionFailure) ends.connect(client, "b.example.org").handshakeFailure();
            assertThat(told).hasMessageContaining("unrecognized_name");
            ConnectionFailure why = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(why.handshakeFailure()).isEqualTo(HandshakeFailure.UNKNOWN_NAME);
            assertThat(why).hasMessageContaining("\"b.example.org\"");

            ConnectionFailure nameless =
                    (ConnectionFailure) ends.connect(client, null).handshakeFailure();
            assertThat(nameless.handshakeFailure()).isEqualTo(HandshakeFailure.REFUSED_BY_PEER);
            why = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(why.handshakeFailure()).isEqualTo(HandshakeFailure.UNKNOWN_NAME);

            assertThat(ends.connect(client, "a.example.org").session().version())
                    .isEqualTo("TLSv" + version);
        }
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @CsvSource({
        "-sigalgs rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256, ECDSA",
        "-sigalgs rsa_pss_rsae_sha256, RSA",
        "-tls1_2 -sigalgs RSA+SHA256, RSA",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256, ECDSA",
        "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256, RSA",
        "-tls1_2, ECDSA",
    })
    void aClientGetsTheKindOfKeyThatItCanVerify(String options, String kind) throws Exception {
        try (TlsEnds ends = new TlsEnds(TlsMaking.server(TlsSettings.DEFAULT, null, RSA, EXACT));
                OpenSslPeer client = OpenSslPeer.client(ends.port(), options.split(" "))) {
            String type = client.awaitLine("Peer signature type: .*");
            assertThat(type).contains(kind);
            ends.accepted().session();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void everyNameAsksItsOwnQuestion(TlsVersion version) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(
                        only(version),
                        service("", null, TUNNEL),
                        service("alice.test", PeerCheck.by(knowing(ALICE)), EXACT),
                        service("maybe.test", optional(knowing(BOB)), EXACT)));
                TlsContext nobody = forgetful(version, knowing(TUNNEL, EXACT));
                TlsContext alice = forgetful(version, knowing(TUNNEL, EXACT), ALICE);
                TlsContext bob = forgetful(version, knowing(TUNNEL, EXACT), BOB)) {
            assertThat(peers(ends, nobody, "other.test")).isEmpty();
            assertThat(peers(ends, alice, "other.test")).isEmpty();
            assertThat(peers(ends, alice, "alice.test")).containsExactly(ALICE.pin());
            assertThat(refused(ends, nobody, "alice.test")).isEqualTo(HandshakeFailure.NO_CERTIFICATE);
            assertThat(refused(ends, bob, "alice.test")).isEqualTo(HandshakeFailure.PIN_MISMATCH);
            assertThat(peers(ends, nobody, "maybe.test")).isEmpty();
            assertThat(peers(ends, bob, "maybe.test")).containsExactly(BOB.pin());
            assertThat(refused(ends, alice, "maybe.test")).isEqualTo(HandshakeFailure.PIN_MISMATCH);
        }
    }

    private static List<Pin> peers(TlsEnds ends, TlsContext client, String name) throws Exception {
        ends.connect(client, name).session();
        return ends.accepted().session().peerChain().stream().map(Pin::of).toList();
    }

    private static @Nullable HandshakeFailure refused(TlsEnds ends, TlsContext client, String name) throws Exception {
        ends.connect(client, name);
        return ((ConnectionFailure) ends.accepted().handshakeFailure()).handshakeFailure();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aSessionOfOneNameOpensNoOther(TlsVersion version) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(
                        only(version),
                        service("", null, TUNNEL),
                        service("alice.test", PeerCheck.by(knowing(ALICE)), TUNNEL),
                        service("bob.test", PeerCheck.by(knowing(BOB)), TUNNEL)));
                TlsContext alice = client(only(version), knowing(TUNNEL), ALICE)) {
            session(ends, alice, "alice.test");
            assertThat(session(ends, alice, "alice.test").resumed()).isTrue();

            // The context offers its session whatever name is asked for.
            TlsEnds.End near = ends.connect(alice, "bob.test");
            ConnectionFailure failure = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.PIN_MISMATCH);
            near.drop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none to optional", "none to required"})
    void aSessionWithoutCertificateIsNotContinuedWhereOneIsAskedFor(String change) throws Exception {
        TicketKeys tickets = tickets();
        PeerCheck asked = change.endsWith("optional") ? optional(knowing(ALICE)) : PeerCheck.by(knowing(ALICE));
        try (TlsContext client = client(TlsSettings.DEFAULT, knowing(TUNNEL), ALICE)) {
            try (TlsEnds before = new TlsEnds(TlsContext.accept(
                    "redis", TlsSettings.DEFAULT, TlsServices.one(service("", null, TUNNEL)), tickets))) {
                session(before, client, "a");
                assertThat(session(before, client, "a").resumed()).isTrue();
            }
            try (TlsEnds after = new TlsEnds(TlsContext.accept(
                    "redis", TlsSettings.DEFAULT, TlsServices.one(service("", asked, TUNNEL)), tickets))) {
                TlsSession session = session(after, client, "a");
                assertThat(session.resumed()).isFalse();
            }
        }
    }

    /** One round trip, so that the client has a session to continue; the server's view. */
    private static TlsSession session(TlsEnds ends, TlsContext client, String name) throws Exception {
        TlsEnds.End near = ends.connect(client, name);
        TlsEnds.End far = ends.accepted();
        TlsSession session = far.session();
        far.send(new byte[] {1});
        far.finish();
        near.all();
        near.drop();
        return session;
    }

    @Test
    void keysThatTheSettingsLeaveUnusedAreRefused() {
        TlsSettings ecdsaOnly = new TlsSettings(
                TlsVersion.TLS_1_2,
                TlsVersion.TLS_1_3,
                List.of(),
                List.of(),
                List.of(),
                PostQuantum.PREFERRED,
                List.of("ecdsa_secp256r1_sha256"),
                false,
                Sessions.DEFAULT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsMaking.server(ecdsaOnly, null, EXACT, RSA))
                .withMessageContaining("CN=rsa can sign with none of tls-signatures")
                .withMessageContaining("rsa_pss_rsae_sha256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsMaking.server(ecdsaOnly, null, RSA))
                .withMessageContaining("no own key can sign with ecdsa_secp256r1_sha256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client(ecdsaOnly, knowing(RSA)))
                .withMessageContaining("there is none");
    }
}
