package io.ferrule.pki;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the status of own certificates at hand, for it to be stapled to them (RFC 6066 §8): asks the responder that each
 * names, believes only what a peer would, asks anew when half of the answer's time is over, and keeps the last one until it
 * ends. One thread does it, from {@link #start} until {@link #close}.
 */
public final class OwnStaples implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final ScheduledExecutorService thread;
    private final List<OwnStaple> staples;

    private OwnStaples(ScheduledExecutorService thread, List<OwnStaple> staples) {
        this.thread = thread;
        this.staples = staples;
    }

    /**
     * Begins to ask, for each certificate that has no {@link #obstacle}.
     *
     * @param before what this takes over from, so that a certificate that stays never goes without; null for nothing
     * @param stapled told of each new response (DER), and of null when the last has ended; called on a thread of its own
     */
    public static OwnStaples start(
            List<KeyMaterial> own,
            @Nullable OwnStaples before,
            Clock clock,
            OcspListener listener,
            BiConsumer<KeyMaterial, byte @Nullable []> stapled) {
        return start(own, before, new OwnStaple.Asking(clock, listener, LIMIT, StaplePace.USUAL), stapled);
    }

    static OwnStaples start(
            List<KeyMaterial> own,
            @Nullable OwnStaples before,
            OwnStaple.Asking asking,
            BiConsumer<KeyMaterial, byte @Nullable []> stapled) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "ocsp-own");
            made.setDaemon(true);
            return made;
        });
        List<OwnStaple> staples = new ArrayList<>();
        for (KeyMaterial each : own) {
            if (obstacle(each).isEmpty()) {
                OwnStaple staple = new OwnStaple(each, asking, thread, stapled);
                if (before != null) {
                    before.staples.stream()
                            .filter(staple::isOfTheSame)
                            .findFirst()
                            .ifPresent(staple::takeOver);
                }
                staples.add(staple);
                thread.execute(staple);
            }
        }
        return new OwnStaples(thread, List.copyOf(staples));
    }

    /** True if a certificate says that its status has to be stapled (RFC 7633), so that peers may refuse it without. */
    public static boolean isDemandedBy(KeyMaterial own) {
        return MustStaple.isSaidBy(own.leaf());
    }

    /** Why no status can be had for a certificate, as part of a sentence; empty if one can be asked for. */
    public static Optional<String> obstacle(KeyMaterial own) {
        if (IssuerSearch.of(own.chain(), List.of()).isEmpty()) {
            return Optional.of("the certificate that signed it does not stand in its chain");
        }
        return StatusExtensions.responders(own.leaf()).isEmpty()
                ? Optional.of("it names no OCSP responder")
                : Optional.empty();
    }

    /** How many certificates have a status that is stapled now. */
    public int held() {
        return (int) staples.stream().filter(OwnStaple::isHeld).count();
    }

    /** How many should have one. */
    public int wanted() {
        return staples.size();
    }

    /** Asks no more; what was handed over stays where it is. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
