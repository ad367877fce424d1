package io.ferrule.pki;

import io.ferrule.pki.OcspFinding.Nothing;
import io.ferrule.pki.OcspFinding.Status;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The status of one own certificate, asked for again and again; all of it on the one thread of {@link OwnStaples}. */
final class OwnStaple implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnStaple.class);

    private final KeyMaterial own;
    private final Issued issued;
    private final List<URI> responders;
    private final Asking asking;
    private final ScheduledExecutorService thread;
    private final BiConsumer<KeyMaterial, byte @Nullable []> stapled;
    private volatile State state = State.BEGINNING;
    private int failures;
    private volatile byte[] response = {};
    private volatile @Nullable Status held;

    /** How it is asked. */
    record Asking(Clock clock, OcspListener listener, Duration limit, StaplePace pace) {}

    /** What the log has been told last. */
    private enum State {
        BEGINNING,
        FRESH,
        STALE,
        MISSING
    }

    OwnStaple(
            KeyMaterial own,
            Asking asking,
            ScheduledExecutorService thread,
            BiConsumer<KeyMaterial, byte @Nullable []> stapled) {
        this.own = own;
        this.issued = IssuerSearch.of(own.chain(), List.of()).orElseThrow();
        this.responders = StatusExtensions.responders(own.leaf());
        this.asking = asking;
        this.thread = thread;
        this.stapled = stapled;
    }

    boolean isHeld() {
        return held != null;
    }

    boolean isOfTheSame(OwnStaple other) {
        return issued.equals(other.issued);
    }

    /** Hands over at once what another one holds; to be called before this one runs. */
    void takeOver(OwnStaple other) {
        Status status = other.held;
        byte[] last = other.response;
        if (status != null && status.until().isAfter(asking.clock.instant())) {
            state = other.state;
            response = last;
            held = status;
            hand(last);
        }
    }

    @Override
    public void run() {
        Duration wait = asking.pace.afterFailure(1);
        try {
            OcspFinding finding = ask();
            wait = finding instanceof Status status && !status.revoked() ? succeeded(status) : failed(finding);
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("asking for the own certificate's status failed unexpectedly");
        } finally {
            again(wait);
        }
    }

    private OcspFinding ask() {
        OcspFinding finding = new Nothing("no responder was asked");
        for (URI responder : responders) {
            finding = ask(responder);
            asking.listener.asked(
                    finding instanceof Status status
                            ? status.revoked() ? OcspListener.Answer.REVOKED : OcspListener.Answer.GOOD
                            : OcspListener.Answer.NONE);
            if (finding instanceof Status) {
                break;
            }
        }
        return finding;
    }

    private OcspFinding ask(URI responder) {
        try {
            byte[] answer = OcspHttp.post(responder, OcspRequest.of(issued, null), asking.limit);
            OcspFinding finding = OcspResponse.judge(answer, issued, asking.clock.instant());
            if (finding instanceof Status status && !status.revoked()) {
                response = answer;
            }
            return finding instanceof Nothing nothing ? new Nothing(responder + ": " + nothing.why()) : finding;
        } catch (IOException e) {
            return new Nothing(String.valueOf(e.getMessage()));
        }
    }

    private Duration succeeded(Status status) {
        failures = 0;
        held = status;
        hand(response);
        if (state != State.FRESH) {
            state = State.FRESH;
            LOG.atInfo()
                    .addKeyValue("certificate", own.leaf().getSubjectX500Principal())
                    .addKeyValue("until", status.until())
                    .log("the own certificate's status is stapled to it");
        }
        return asking.pace.afterSuccess(status, asking.clock.instant());
    }

    private Duration failed(OcspFinding finding) {
        failures++;
        Instant now = asking.clock.instant();
        Status old = held;
        boolean revoked = finding instanceof Status;
        if (old != null && (revoked || !old.until().isAfter(now))) {
            held = null;
            hand(null);
        }
        State next = held == null ? State.MISSING : State.STALE;
        if (state != next) {
            state = next;
            LOG.atWarn()
                    .addKeyValue("certificate", own.leaf().getSubjectX500Principal())
                    .addKeyValue("reason", reason(finding))
                    .log(
                            next == State.STALE
                                    ? "the own certificate's status cannot be renewed; the last one is stapled until it ends"
                                    : "the own certificate's status cannot be had; none is stapled");
        }
        Duration wait = asking.pace.afterFailure(failures);
        Status still = held;
        Duration left =
                still == null ? wait : Duration.between(now, still.until()).plusMillis(1);
        return left.compareTo(wait) < 0 ? left : wait; // to take it back at its end
    }

    private static String reason(OcspFinding finding) {
        return finding instanceof Nothing nothing
                ? nothing.why()
                : "it was revoked " + ((Status) finding).words() + "; have a new one issued";
    }

    private void hand(byte @Nullable [] staple) {
        if (!thread.isShutdown()) {
            stapled.accept(own, staple);
        }
    }

    private void again(Duration wait) {
        try {
            thread.schedule(this, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // closed meanwhile
        }
    }
}
