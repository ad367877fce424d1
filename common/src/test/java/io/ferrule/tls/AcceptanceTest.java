package io.ferrule.tls;

import static io.ferrule.tls.TlsMaking.client;
import static io.ferrule.tls.TlsMaking.knowing;
import static io.ferrule.tls.TlsMaking.only;
import static io.ferrule.tls.TlsMaking.optional;
import static io.ferrule.tls.TlsMaking.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a client may believe that its server has let it in, and what it is told if not. */
class AcceptanceTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final TestCertificate ALICE = TestCertificates.selfSigned("alice");
    private static final TestCertificate BOB = TestCertificates.selfSigned("bob");

    private static boolean acceptedWithin(TlsEnds.End end, int seconds) throws InterruptedException {
        return end.tls.accepted().await(seconds, TimeUnit.SECONDS)
                && end.tls.accepted().isSuccess();
    }

    private static ConnectionFailure refusal(TlsEnds.End end) throws Exception {
        assertThat(end.tls.accepted().await(TlsEnds.LIMIT_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(end.tls.accepted().isSuccess()).isFalse();
        return (ConnectionFailure) end.tls.accepted().cause();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aClientThatIsLetInLearnsItBeforeAnyAnswer(TlsVersion version) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(only(version), PeerCheck.by(knowing(ALICE)), SERVER));
                TlsContext client = client(only(version), knowing(SERVER), ALICE)) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            assertThat(acceptedWithin(near, TlsEnds.LIMIT_SECONDS)).isTrue();
            assertThat(acceptedWithin(ends.accepted(), TlsEnds.LIMIT_SECONDS)).isTrue();
            assertThat(near.bytesSoFar()).isEmpty();

            TlsEnds.End again = ends.connect(client, null);
            assertThat(again.session().resumed()).isTrue(); // by the ticket that came unasked
            assertThat(acceptedWithin(again, TlsEnds.LIMIT_SECONDS)).isTrue();
        }
    }

    @Test
    void manyCertificatesMakeTicketsThatAreSentWholeAllTheSame() throws Exception {
        TestCertificates.Authority authority = TestCertificates.authority();
        for (int i = 0; i < 7; i++) {
            authority = authority.intermediate("intermediate-" + i);
        }
        TestCertificate deep = authority.leaf("deep").key("RSA").issue();
        assertThat(deep.chain()).hasSizeGreaterThan(6);
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, PeerCheck.by(knowing(deep)), SERVER));
                TlsContext client = client(TlsSettings.DEFAULT, knowing(SERVER), deep)) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            assertThat(acceptedWithin(near, TlsEnds.LIMIT_SECONDS)).isTrue();
            assertThat(ends.connect(client, null).session().resumed()).isTrue();
        }
    }

    @Test
    void aRefusedClientLearnsTheAlertAndThatItWasTheHandshake() throws Exception {
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, PeerCheck.by(knowing(ALICE)), SERVER));
                TlsContext client = client(TlsSettings.DEFAULT, knowing(SERVER), BOB)) {
            TlsEnds.End near = ends.connect(client, null);
            near.session(); // TLS 1.3: fine so far
            ConnectionFailure failure = refusal(near);
            assertThat(failure.reason()).isEqualTo(CloseReason.TARGET_HANDSHAKE_FAILED);
            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.REFUSED_BY_PEER);
            assertThat(failure).hasMessageContaining("bad_certificate");
            assertThat(near.broken()).isSameAs(failure);
        }
    }

    @Test
    void aClientWithoutTheCertificateAskedForLearnsThat() throws Exception {
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, PeerCheck.by(knowing(ALICE)), SERVER));
                TlsContext client = client(TlsSettings.DEFAULT, knowing(SERVER))) {
            TlsEnds.End near = ends.connect(client, null);
            near.session();
            assertThat(refusal(near)).hasMessageContaining("certificate_required");
        }
    }

    @NeedsCommand("openssl")
    @Test
    void theAlertOfAnotherServerIsTold() throws Exception {
        try (OpenSslPeer server = OpenSslPeer.reversingServer(SERVER, "-Verify", "1", "-verify_return_error");
                TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, null, SERVER));
                TlsContext client = client(TlsSettings.DEFAULT, knowing(SERVER), BOB)) {
            TlsEnds.End near = ends.connectTo(server.port(), client, null);
            near.session();
            ConnectionFailure failure = refusal(near);
            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.REFUSED_BY_PEER);
            assertThat(failure).hasMessageContaining("unknown_ca");
        }
    }

    @NeedsCommand("openssl")
    @Test
    void theTicketOfAnotherServerIsProof() throws Exception {
        try (OpenSslPeer server = OpenSslPeer.reversingServer(SERVER, "-Verify", "1");
                TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, null, SERVER));
                TlsContext client = client(TlsSettings.DEFAULT, knowing(SERVER), ALICE)) {
            TlsEnds.End near = ends.connectTo(server.port(), client, null);
            near.session();
            assertThat(acceptedWithin(near, TlsEnds.LIMIT_SECONDS)).isTrue();
        }
    }

    /** A resumed handshake leaves no alert for the refusal, and without this the client would try its tickets one by one. */
    @Test
    void aClientRefusedOnResumptionTriesAFullHandshakeNext() throws Exception {
        AtomicReference<TestCertificate> known = new AtomicReference<>(ALICE);
        PeerVerifier verifier = chain -> knowing(requireNonNull(known.get())).verify(chain);
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, PeerCheck.by(verifier), SERVER));
                TlsContext client = client(TlsSettings.DEFAULT, knowing(SERVER), ALICE)) {
            TlsEnds.End first = ends.connect(client, null);
            assertThat(acceptedWithin(first, TlsEnds.LIMIT_SECONDS)).isTrue();
            ends.accepted();
            known.set(BOB);
            TlsEnds.End second = ends.connect(client, null);
            assertThat(second.session().resumed()).isTrue();
            TlsEnds.End far = ends.accepted();
            assertThat(far.handshakeFailure()).isInstanceOf(ConnectionFailure.class);
            far.drop();
            assertThat(refusal(second).reason()).isEqualTo(CloseReason.TARGET_TRUNCATED);

            known.set(ALICE);
            assertThat(ends.connect(client, null).session().resumed()).isFalse();
        }
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void otherClientsTakeTheTicketsThatComeAtOnce(TlsVersion version) throws Exception {
        PeerVerifier any = chain -> Verdict.TRUSTED;
        String option = version == TlsVersion.TLS_1_3 ? "-tls1_3" : "-tls1_2";
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, optional(any), SERVER))) {
            try (OpenSslPeer openssl = OpenSslPeer.client(ends.port(), option)) {
                TlsEnds.End far = ends.accepted();
                far.session();
                far.send("answer\n".getBytes(UTF_8));
                openssl.awaitLine("answer");
            }
            try (Peer jdk = Peer.tls(ends.port(), JdkTls.anonymous(), "TLSv" + version)) {
                jdk.send("hello");
                TlsEnds.End far = ends.accepted();
                far.session();
                far.send("hi".getBytes(UTF_8));
                assertThat(jdk.receive(2)).isEqualTo("hi");
                far.finish();
            }
        }
    }
}
