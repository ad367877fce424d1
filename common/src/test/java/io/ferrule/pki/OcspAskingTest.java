package io.ferrule.pki;

import static io.ferrule.pki.Statuses.assertRevoked;
import static io.ferrule.pki.Statuses.assertUnknown;
import static io.ferrule.pki.Statuses.by;
import static io.ferrule.pki.Statuses.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.Revocation;
import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.OcspResponder;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responders are asked over HTTP, as rarely as they may be. */
class OcspAskingTest {
    private static final Duration SHORT = Duration.ofMillis(400);

    private final MovingClock clock = new MovingClock();
    private final List<OcspListener.Answer> heard = new ArrayList<>();
    private final OcspChecks checks = new OcspChecks(clock, answer -> {
        synchronized (heard) {
            heard.add(answer);
        }
    });
    private final TestCertificates.Authority ca = TestCertificates.authority();
    private final OcspResponder responder = OcspResponder.of(ca);
    private final TestCertificate server =
            ca.leaf("localhost").responder(responder.url()).issue();

    @AfterEach
    void close() {
        responder.close();
        checks.close();
    }

    private StatusCheck check(Revocation revocation) {
        return Objects.requireNonNull(checks.of(revocation, List.of(ca.certificate())));
    }

    private StatusCheck aia() {
        return check(by(Ocsp.AIA));
    }

    private StatusCheck responderAt(String url, Duration limit) {
        return check(by(Ocsp.RESPONDER, url, limit, false));
    }

    @Test
    void certificateThatNamesNoResponderIsTakenOnlyWhereThatIsSaid() {
        TestCertificate silent = ca.leaf("localhost").issue();
        assertThat(verdict(check(by(Ocsp.AIA_IF_NAMED)), silent, null)).isEqualTo(Verdict.TRUSTED);
        assertUnknown(verdict(aia(), silent, null));
        responder.revoke(server.certificate());
        assertRevoked(verdict(check(by(Ocsp.AIA_IF_NAMED)), server, null));
    }

    @Test
    void certificateThatMustBeStapledNeedsAnAnswerAllTheSame() {
        TestCertificate silent = ca.leaf("localhost").mustStaple().issue();
        assertUnknown(verdict(check(by(Ocsp.AIA_IF_NAMED)), silent, null));
    }

    @Test
    void responderThatTheCertificateNamesIsAskedOnceForAsLongAsItsAnswerHolds() {
        StatusCheck check = aia();
        assertThat(verdict(check, server, null)).isEqualTo(Verdict.TRUSTED);
        for (int i = 0; i < 100; i++) {
            assertThat(check.check(server.chain(), null).toCompletableFuture()).isCompletedWithValue(Verdict.TRUSTED);
        }
        assertThat(responder.asked()).isEqualTo(1);
        clock.jump(Duration.ofMinutes(61));
        responder.time(Duration.ofHours(-1), Duration.ofHours(1)).revoke(server.certificate());
        assertRevoked(verdict(check, server, null));
        assertRevoked(verdict(check, server, null));
        assertThat(responder.asked()).isEqualTo(2);
        assertThat(heard).containsExactly(OcspListener.Answer.GOOD, OcspListener.Answer.REVOKED);
    }

    @Test
    void legsShareWhatOneOfThemLearned() {
        verdict(aia(), server, null);
        verdict(responderAt(responder.url(), Statuses.LIMIT), server, null);
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    void manyWhoWantToKnowTheSameAtOnceShareOneQuestion() {
        responder.hold();
        StatusCheck check = aia();
        List<CompletableFuture<Verdict>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(check.check(server.chain(), null).toCompletableFuture());
        }
        await().until(() -> responder.asked() == 1);
        assertThat(all).noneMatch(CompletableFuture::isDone);
        responder.release();
        assertThat(all)
                .allSatisfy(one -> assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(Verdict.TRUSTED));
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    void goodStapleSparesTheQuestionAndAnExpiredOneDoesNot() {
        assertThat(verdict(aia(), server, responder.response(server.certificate())))
                .isEqualTo(Verdict.TRUSTED);
        assertThat(responder.asked()).isZero();
        TestCertificate other = ca.leaf("localhost").responder(responder.url()).issue();
        byte[] old = responder.time(Duration.ofDays(2), Duration.ofDays(1)).response(other.certificate());
        responder.time(Duration.ZERO, Duration.ofDays(1));
        assertThat(verdict(aia(), other, old)).isEqualTo(Verdict.TRUSTED);
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    void configuredResponderIsAskedInsteadOfTheNamedOne() {
        TestCertificate lost = ca.leaf("localhost")
                .responder("http://127.0.0.1:" + Ports.free())
                .issue();
        assertUnknown(verdict(aia(), lost, null));
        assertThat(verdict(responderAt(responder.url(), Statuses.LIMIT), lost, null))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void nextNamedResponderIsAskedIfTheFirstIsDead() {
        TestCertificate two = ca.leaf("localhost")
                .responder("http://127.0.0.1:" + Ports.free())
                .responder(responder.url())
                .issue();
        assertThat(verdict(aia(), two, null)).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void certificateThatNamesNoResponderIsUnknown() {
        assertThat(assertUnknown(verdict(aia(), ca.issue("localhost"), null))).contains("names no OCSP responder");
        TestCertificate secure =
                ca.leaf("localhost").responder("https://127.0.0.1/").issue();
        assertThat(assertUnknown(verdict(aia(), secure, null))).contains("names no OCSP responder");
    }

    @Test
    void unknownIsLetInOnlyIfThatIsAllowed() {
        responder.forget(server.certificate());
        assertThat(assertUnknown(verdict(aia(), server, null))).contains("does not know");
        assertThat(verdict(check(by(Ocsp.AIA, null, Statuses.LIMIT, true)), server, null))
                .isEqualTo(Verdict.TRUSTED);
        responder.revoke(server.certificate());
        clock.jump(Duration.ofSeconds(6));
        assertRevoked(verdict(check(by(Ocsp.AIA, null, Statuses.LIMIT, true)), server, null));
    }

    @Test
    void failureIsNotTriedAgainAtOnceButSoon() {
        responder.spoil(bytes -> new byte[0]);
        assertThat(assertUnknown(verdict(aia(), server, null))).contains("HTTP status 500");
        TestCertificate other = ca.leaf("localhost").responder(responder.url()).issue();
        for (int i = 0; i < 20; i++) {
            assertUnknown(verdict(aia(), server, null));
            assertUnknown(verdict(aia(), other, null));
        }
        assertThat(responder.asked()).isEqualTo(1);
        responder.spoil(bytes -> bytes);
        clock.jump(Duration.ofSeconds(6));
        assertThat(verdict(aia(), server, null)).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void answerThatIsNoneIsUnknownAndNotAskedForAgainAtOnce() {
        responder.spoil(bytes -> "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(assertUnknown(verdict(aia(), server, null))).contains("damaged", responder.url());
        assertUnknown(verdict(aia(), server, null));
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    void slowResponderIsGivenUpAtTheDeadline() {
        responder.hold();
        long begin = System.nanoTime();
        assertUnknown(verdict(responderAt(responder.url(), SHORT), server, null));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT.minusMillis(50), SHORT.multipliedBy(8));
    }

    @Test
    void responderThatDripsIsGivenUpAtTheDeadline() throws Exception {
        try (ScriptedServer dripping = ScriptedServer.plain(peer -> {
            peer.send("HTTP/1.1 200 OK\r\nX: ");
            while (true) {
                peer.send("x");
                pause();
            }
        })) {
            long begin = System.nanoTime();
            assertUnknown(verdict(responderAt("http://" + dripping.address(), SHORT), server, null));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SHORT.multipliedBy(8));
            await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().values())
                    .noneMatch(stack -> java.util.Arrays.stream(stack)
                            .anyMatch(frame -> frame.getClassName().equals(OcspHttp.class.getName()))));
        }
    }

    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\nContent-Length: 70000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhtml",
                "HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\nContent-Length: 400\r\n\r\nshort",
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n",
                "+PONG\r\n",
                ""
            })
    void whatIsNoAnswerOfAResponderIsUnknown(String text) throws Exception {
        try (ScriptedServer odd = answering(text)) {
            assertUnknown(verdict(responderAt("http://" + odd.address(), Statuses.LIMIT), server, null));
            odd.awaitPlayed();
        }
    }

    @Test
    void endlessAnswersAreCutOff() throws Exception {
        for (String begin :
                List.of("HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\n\r\n")) {
            try (ScriptedServer endless = ScriptedServer.plain(peer -> {
                request(peer);
                peer.send(begin);
                try {
                    while (true) {
                        peer.send("x".repeat(4096));
                    }
                } catch (IOException cutOff) {
                    // as it should be
                }
            })) {
                assertThat(assertUnknown(
                                verdict(responderAt("http://" + endless.address(), Statuses.LIMIT), server, null)))
                        .containsAnyOf("endless", "too much");
                endless.awaitPlayed();
            }
        }
    }

    @Test
    void moreQuestionsThanTheQueueHoldsAreUnknownAtOnce() {
        responder.hold();
        StatusCheck check = aia();
        List<CompletableFuture<Verdict>> all = new ArrayList<>();
        TestCertificates.Leaf leaf =
                ca.leaf("localhost").responder(responder.url()).keyOf(server);
        for (int i = 0; i < 261; i++) {
            all.add(check.check(leaf.issue().chain(), null).toCompletableFuture());
        }
        assertThat(all.subList(0, 260)).noneMatch(CompletableFuture::isDone);
        assertThat(assertUnknown(all.get(260).join())).contains("waiting");
        responder.release();
        assertThat(all.subList(0, 260))
                .allSatisfy(one -> assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(Verdict.TRUSTED));
    }

    @Test
    void noThreadExistsBeforeSomethingIsAsked() {
        long ofOthers = threads(); // which may end meanwhile
        verdict(check(by(Ocsp.STAPLED)), server, responder.response(server.certificate()));
        assertThat(threads()).isLessThanOrEqualTo(ofOthers);
        verdict(aia(), server, null);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ocsp"))
                .count();
    }

    private static ScriptedServer answering(String text) throws IOException {
        return ScriptedServer.plain(peer -> {
            request(peer);
            peer.send(text);
        });
    }

    /** Reads the head, so that the answer is not lost to a reset. */
    private static void request(Peer peer) throws IOException {
        byte[] buffer = new byte[4096];
        int ignored = peer.in().read(buffer);
        assertThat(ignored).isPositive();
    }
}
