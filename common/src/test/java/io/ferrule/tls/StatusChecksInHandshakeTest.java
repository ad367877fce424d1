package io.ferrule.tls;

import static io.ferrule.tls.TlsMaking.knowing;
import static io.ferrule.tls.TlsMaking.material;
import static io.ferrule.tls.TlsMaking.materials;
import static io.ferrule.tls.TlsMaking.only;
import static io.ferrule.tls.TlsMaking.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Handshakes that wait until somebody else has been asked about the peer's certificate. */
class StatusChecksInHandshakeTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final TestCertificate ALICE = TestCertificates.selfSigned("alice");
    private static final Verdict REVOKED = new Verdict.Refused(HandshakeFailure.REVOKED, "it is revoked");

    /** Answers when the test says so. */
    private static final class Asked implements StatusCheck {
        record Question(List<X509Certificate> chain, @Nullable ByteBuffer staple, CompletableFuture<Verdict> answer) {}

        private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<Verdict> check(List<X509Certificate> chain, byte @Nullable [] staple) {
            Question question =
                    new Question(chain, staple == null ? null : ByteBuffer.wrap(staple), new CompletableFuture<>());
            questions.add(question);
            return question.answer();
        }

        Question next() throws InterruptedException {
            return Optional.ofNullable(questions.poll(TlsEnds.LIMIT_SECONDS, TimeUnit.SECONDS))
                    .orElseThrow(() -> new AssertionError("nobody asked"));
        }

        PeerCheck about(TestCertificate known) {
            return new PeerCheck(knowing(known), true, this);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void nothingIsDeliveredBeforeTheAnswerAndEverythingAfterIt(TlsVersion version) throws Exception {
        Asked asked = new Asked();
        try (TlsEnds ends = new TlsEnds(server(only(version), asked.about(ALICE), SERVER));
                TlsContext client = TlsMaking.client(only(version), knowing(SERVER), ALICE)) {
            TlsEnds.End near = ends.connect(client, null);
            byte[] request = "GET key\r\n".repeat(50_000).getBytes(UTF_8);
            near.tls.handshake().addListener(done -> {
                near.send(request);
                near.finish();
            });
            Asked.Question question = asked.next();
            assertThat(question.chain()).containsExactly(ALICE.certificate());
            TlsEnds.End far = ends.accepted();
            assertThat(far.tls.handshake().isDone()).isFalse();
            assertThat(far.bytesSoFar()).isEmpty();

            question.answer().complete(Verdict.TRUSTED);
            assertThat(far.session().peerChain()).containsExactly(ALICE.certificate());
            assertThat(far.all()).isEqualTo(request);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKED, TLS_1_3, certificate_revoked",
        "REVOKED, TLS_1_2, certificate_revoked",
        "DENIED, TLS_1_3, certificate_revoked",
        "STATUS_UNKNOWN, TLS_1_3, certificate_unknown",
    })
    void aRefusedClientGetsTheRightAlert(HandshakeFailure why, TlsVersion version, String alert) throws Exception {
        Asked asked = new Asked();
        try (TlsEnds ends = new TlsEnds(server(only(version), asked.about(ALICE), SERVER));
                TlsContext client = TlsMaking.client(only(version), knowing(SERVER), ALICE)) {
            TlsEnds.End near = ends.connect(client, null);
            asked.next().answer().complete(new Verdict.Refused(why, "because"));

            ConnectionFailure failure = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure()).isEqualTo(why);
            assertThat(near.tls.accepted().await(TlsEnds.LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(near.tls.accepted().cause()).hasMessageContaining("alert " + alert);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aServerIsAskedAboutTooAndLearnsTheAlert(TlsVersion version) throws Exception {
        Asked asked = new Asked();
        try (TlsEnds ends = new TlsEnds(server(only(version), null, SERVER));
                TlsContext client = TlsContext.connect(only(version), List.of(), asked.about(SERVER))) {
            TlsEnds.End near = ends.connect(client, null);
            asked.next().answer().complete(REVOKED);
            assertThat(((ConnectionFailure) near.handshakeFailure()).handshakeFailure())
                    .isEqualTo(HandshakeFailure.REVOKED);
            assertThat(ends.accepted().handshakeFailure()).hasMessageContaining("certificate_revoked");

            TlsEnds.End again = ends.connect(client, null);
            asked.next().answer().complete(Verdict.TRUSTED);
            again.session();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aResumedPeerIsAskedAboutAgain(TlsVersion version) throws Exception {
        Asked asked = new Asked();
        try (TlsEnds ends = new TlsEnds(server(only(version), asked.about(ALICE), SERVER));
                TlsContext client = TlsMaking.client(only(version), knowing(SERVER), ALICE)) {
            TlsEnds.End near = ends.connect(client, null);
            asked.next().answer().complete(Verdict.TRUSTED);
            TlsEnds.End far = ends.accepted();
            far.session();
            near.session();
            assertThat(near.tls.accepted().await(TlsEnds.LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isTrue();

            TlsEnds.End resumed = ends.connect(client, null);
            resumed.tls.handshake().addListener(done -> resumed.send("early".getBytes(UTF_8)));
            Asked.Question question = asked.next();
            assertThat(question.chain()).containsExactly(ALICE.certificate());
            assertThat(resumed.session().resumed()).isTrue();
            far = ends.accepted();
            assertThat(far.tls.handshake().isDone()).isFalse();
            question.answer().complete(REVOKED);
            assertThat(((ConnectionFailure) far.handshakeFailure()).handshakeFailure())
                    .isEqualTo(HandshakeFailure.REVOKED);
            assertThat(far.bytesSoFar()).isEmpty();
        }
    }

    @Test
    void aConnectionThatEndsMeanwhileIsLeftAlone() throws Exception {
        Asked asked = new Asked();
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, asked.about(ALICE), SERVER));
                TlsContext client = TlsMaking.client(TlsSettings.DEFAULT, knowing(SERVER), ALICE)) {
            TlsEnds.End near = ends.connect(client, null);
            Asked.Question question = asked.next();
            TlsEnds.End far = ends.accepted();
            far.drop(); // as at the handshake's deadline
            assertThat(far.handshakeFailure()).isNotNull();
            question.answer().complete(Verdict.TRUSTED);
            near.drop();

            TlsEnds.End next = ends.connect(client, null); // the event loop lives
            asked.next().answer().complete(Verdict.TRUSTED);
            next.session();
        }
    }

    @Test
    void anAnswerThatFailsRefuses() throws Exception {
        Asked asked = new Asked();
        StatusCheck broken = (chain, staple) -> {
            throw new IllegalStateException("no thread left");
        };
        try (TlsEnds ends = new TlsEnds(server(TlsSettings.DEFAULT, asked.about(ALICE), SERVER));
                TlsEnds throwing =
                        new TlsEnds(server(TlsSettings.DEFAULT, new PeerCheck(knowing(ALICE), true, broken), SERVER));
                TlsContext client = TlsMaking.client(TlsSettings.DEFAULT, knowing(SERVER), ALICE)) {
            ends.connect(client, null);
            asked.next().answer().completeExceptionally(new IllegalStateException("gone"));
            ConnectionFailure failure = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.STATUS_UNKNOWN);
            assertThat(failure).hasMessageContaining("gone");

            throwing.connect(client, null);
            failure = (ConnectionFailure) throwing.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure()).isEqualTo(HandshakeFailure.STATUS_UNKNOWN);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theServersStapleReachesTheClientsCheck(TlsVersion version) throws Exception {
        Asked asked = new Asked();
        byte[] first = "an OCSP response, for all that TLS knows".getBytes(UTF_8);
        byte[] second = "and the next".getBytes(UTF_8);
        TlsContext context = server(only(version), null, SERVER);
        try (TlsEnds ends = new TlsEnds(context);
                TlsContext client = TlsContext.connect(only(version), List.of(), asked.about(SERVER))) {
            assertThat(staple(ends, client, asked)).isNull();
            context.staple(material(SERVER), first);
            assertThat(staple(ends, client, asked)).isEqualTo(ByteBuffer.wrap(first));
            context.staple(materials(SERVER).get(0), second);
            context.staple(material(ALICE), first); // none of the context's
            assertThat(staple(ends, client, asked)).isEqualTo(ByteBuffer.wrap(second));
        }
        context.staple(material(SERVER), first); // after the end
    }

    private static @Nullable ByteBuffer staple(TlsEnds ends, TlsContext client, Asked asked) throws Exception {
        TlsEnds.End near = ends.connect(client, null);
        Asked.Question question = asked.next();
        question.answer().complete(REVOKED); // so that no session is kept
        near.handshakeFailure();
        return question.staple();
    }

    @NeedsCommand("openssl")
    @Test
    void opensslSeesTheStapleWhereItAsksForIt() throws Exception {
        TlsContext context = server(TlsSettings.DEFAULT, null, SERVER);
        context.staple(material(SERVER), new byte[] {0x30, 3, 0x0a, 1, 6}); // OCSPResponse: unauthorized
        try (TlsEnds ends = new TlsEnds(context);
                OpenSslPeer peer = OpenSslPeer.client(ends.port(), "-status")) {
            assertThat(peer.awaitLine("OCSP Response Status: .*")).contains("unauthorized");
        }
    }
}
