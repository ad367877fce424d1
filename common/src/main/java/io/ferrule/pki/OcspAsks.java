package io.ferrule.pki;

import io.ferrule.config.DurationText;
import io.ferrule.pki.OcspFinding.Nothing;
import io.ferrule.pki.OcspFinding.Status;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks responders on a few threads of its own, which exist only while something is asked. Whoever wants to know the same at the
 * same time shares one question, and what failed is not tried again at once.
 */
final class OcspAsks implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int QUEUE = 256;
    private static final Duration THREADS_LIVE = Duration.ofSeconds(30);

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final OcspListener listener;
    private final StatusMemory memory;
    private final RecentFailures failures;
    private final Map<Question, CompletableFuture<OcspFinding>> asked = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;

    private record Question(StatusKey key, List<URI> responders, boolean nonce) {}

    /** @param memory learns what is answered */
    OcspAsks(Clock clock, OcspListener listener, StatusMemory memory) {
        this.clock = clock;
        this.listener = listener;
        this.memory = memory;
        this.failures = new RecentFailures(clock);
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                THREADS_LIVE.toMillis(),
                TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                OcspAsks::thread);
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Asks the responders, one after the other until one knows. Does not block.
     *
     * @param nonce whether answers have to repeat a nonce
     * @param limit for all of it, the wait for a thread included
     * @return never completes exceptionally
     */
    CompletableFuture<OcspFinding> ask(Issued certificate, List<URI> responders, boolean nonce, Duration limit) {
        Question question = new Question(certificate.key(), List.copyOf(responders), nonce);
        OcspFinding failed = failures.of(question);
        if (failed != null) {
            return CompletableFuture.completedFuture(failed);
        }
        CompletableFuture<OcspFinding> answer = new CompletableFuture<>();
        CompletableFuture<OcspFinding> running = asked.putIfAbsent(question, answer);
        return within(limit, running != null ? running : begin(question, certificate, limit, answer));
    }

    private CompletableFuture<OcspFinding> begin(
            Question question, Issued certificate, Duration limit, CompletableFuture<OcspFinding> answer) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            threads.execute(() -> {
                OcspFinding finding = new Nothing("the question failed");
                try {
                    finding = answer(question, certificate, deadline);
                } finally {
                    end(question, answer, finding); // also after an Error, or nobody could ask again
                }
            });
        } catch (RejectedExecutionException e) {
            end(question, answer, new Nothing("more than " + QUEUE + " questions are waiting for responders already"));
        }
        return answer;
    }

    /** The next one asks anew, even if it hears of this end before everybody else. */
    private void end(Question question, CompletableFuture<OcspFinding> answer, OcspFinding finding) {
        asked.remove(question, answer);
        answer.complete(finding);
    }

    private static CompletableFuture<OcspFinding> within(Duration limit, CompletableFuture<OcspFinding> answer) {
        Nothing late = new Nothing("no responder answered within " + DurationText.of(limit));
        return answer.copy().completeOnTimeout(late, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private OcspFinding answer(Question question, Issued certificate, long deadline) {
        OcspFinding finding = new Nothing("no responder answered in time");
        try {
            for (URI responder : question.responders) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (left.isNegative() || left.isZero()) {
                    break;
                }
                finding = ask(responder, certificate, question.nonce, left);
                if (finding instanceof Status status) {
                    memory.learn(question.key, status, clock.instant());
                    return finding;
                }
            }
        } catch (RuntimeException e) {
            finding = new Nothing("the question failed: " + e);
        }
        failures.remember(question, finding);
        return finding;
    }

    private OcspFinding ask(URI responder, Issued certificate, boolean nonce, Duration left) {
        OcspFinding failed = failures.of(responder);
        if (failed != null) {
            return failed;
        }
        OcspFinding finding = answer(responder, certificate, nonce ? OcspRequest.nonce(random) : null, left);
        listener.asked(
                finding instanceof Status status
                        ? status.revoked() ? OcspListener.Answer.REVOKED : OcspListener.Answer.GOOD
                        : OcspListener.Answer.NONE);
        return finding;
    }

    private OcspFinding answer(URI responder, Issued certificate, byte @Nullable [] nonce, Duration left) {
        try {
            byte[] response = OcspHttp.post(responder, OcspRequest.of(certificate, nonce), left);
            OcspFinding finding = OcspResponse.judge(response, certificate, nonce, clock.instant());
            return finding instanceof Nothing nothing ? new Nothing(responder + ": " + nothing.why()) : finding;
        } catch (IOException e) {
            OcspFinding failure = new Nothing(String.valueOf(e.getMessage()));
            failures.remember(responder, failure);
            return failure;
        }
    }

    private static Thread thread(@Nullable Runnable work) {
        Thread thread = new Thread(work, "ocsp");
        thread.setDaemon(true);
        return thread;
    }

    /** Answers no more; who waits hears so at the end of the limit. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
