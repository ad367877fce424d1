package io.ferrule.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns in the log of what ends soon or has ended: of each thing once a day, and in bounded number. Any thread may call it; it
 * asks anew each time what there is.
 */
public final class ExpiryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);

    /** How often {@link #look} should be called; what comes up in between is warned of no later than this. */
    public static final Duration EVERY = Duration.ofHours(1);

    private static final int LINES_A_DAY = 20;
    /** A little less than a day, so that looks that come late do not make it 25 hours. */
    private static final Duration DAY = Duration.ofDays(1).minus(EVERY.dividedBy(2));

    private final Supplier<List<Ending>> endings;
    private final Duration warning;
    private final InstantSource clock;
    private final Map<Ending, Instant> told = new HashMap<>();
    private Instant dayBegan = Instant.MIN;
    private int lines;

    /**
     * Nothing is logged yet.
     *
     * @param endings what there is now; asked at each call
     * @param warning how long before an end it is warned of; zero warns of nothing
     */
    public ExpiryWatch(Supplier<List<Ending>> endings, Duration warning, InstantSource clock) {
        this.endings = endings;
        this.warning = warning;
        this.clock = clock;
    }

    /** Warns of what is due. To be called at the start, after each change, and every {@link #EVERY}. */
    public synchronized void look() {
        if (warning.isZero()) {
            return;
        }
        Instant now = clock.instant();
        if (dayBegan.isBefore(now.minus(DAY))) {
            dayBegan = now;
            lines = 0;
        }
        List<Ending> near =
                soonestFirst().stream().filter(each -> each.near(now, warning)).toList();
        told.keySet().retainAll(near);
        int leftOut = 0;
        for (Ending each : near) {
            Instant last = told.get(each);
            if (last == null || !now.isBefore(last.plus(DAY))) {
                told.put(each, now);
                if (lines < LINES_A_DAY) {
                    lines++;
                    warn(each, now);
                } else {
                    leftOut++;
                }
            }
        }
        if (leftOut > 0) {
            LOG.atWarn()
                    .addKeyValue("count", leftOut)
                    .log("more ends soon or has ended, without a line of its own; /readyz?verbose lists it");
        }
    }

    /** At most so many lines for people, the soonest end first, and one for what was left out. */
    public List<String> lines(int most) {
        Instant now = clock.instant();
        List<Ending> all = soonestFirst();
        List<String> text = new ArrayList<>();
        all.stream().limit(most).forEach(each -> text.add(each.tunnel() + ": " + each.sentence(now)));
        if (all.size() > most) {
            text.add("and " + (all.size() - most) + " more that end later");
        }
        return text;
    }

    private List<Ending> soonestFirst() {
        return endings.get().stream().sorted(Comparator.comparing(Ending::end)).toList();
    }

    private static void warn(Ending ending, Instant now) {
        Duration left = ending.left(now);
        LOG.atWarn()
                .addKeyValue("tunnel", ending.tunnel())
                .addKeyValue("leg", ending.leg().label())
                .addKeyValue("which", ending.what())
                .addKeyValue("validUntil", ending.end())
                .addKeyValue("daysLeft", left.toDays())
                .log(left.isNegative() ? ending.kind().over() : ending.kind().soon());
    }
}
