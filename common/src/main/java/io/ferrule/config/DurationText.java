package io.ferrule.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The spelling of durations: a number and one unit, such as {@code 500ms}, {@code 10s}, {@code 5m}, or {@code 0}. */
public final class DurationText {
    /** The longest that can be said; what waits longer is better said as never. */
    public static final Duration LONGEST = Duration.ofDays(365);

    private static final Pattern FORM = Pattern.compile("(\\d{1,11})(ms|s|m|h|d)");

    private record Unit(String suffix, Duration one) {}

    private static final List<Unit> UNITS = List.of(
            new Unit("d", Duration.ofDays(1)),
            new Unit("h", Duration.ofHours(1)),
            new Unit("m", Duration.ofMinutes(1)),
            new Unit("s", Duration.ofSeconds(1)),
            new Unit("ms", Duration.ofMillis(1)));

    private DurationText() {}

    /**
     * Reads a duration of at most {@link #LONGEST}.
     *
     * @throws IllegalArgumentException with a sentence for the operator if it is none
     */
    public static Duration parse(String text) {
        String t = text.strip();
        if (t.equals("0")) {
            return Duration.ZERO;
        }
        Matcher form = FORM.matcher(t);
        if (!form.matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not a duration: write a number and a unit, such as 500ms, 10s, 5m, 2h or 1d, or 0");
        }
        // Not Duration.multipliedBy, which loads BigDecimal into every start; eleven digits of days are no overflow.
        Duration duration = Duration.ofMillis(unit(form.group(2)).toMillis() * Long.parseLong(form.group(1)));
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("\"" + text + "\" is longer than " + of(LONGEST));
        }
        return duration;
    }

    /** The shortest spelling that {@link #parse} reads back; anything below a millisecond is dropped. */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        for (Unit unit : UNITS) {
            long one = unit.one.toMillis();
            if (millis != 0 && millis % one == 0) {
                return millis / one + unit.suffix;
            }
        }
        return "0";
    }

    private static Duration unit(String suffix) {
        return UNITS.stream().filter(u -> u.suffix.equals(suffix)).findFirst().orElseThrow().one;
    }
}
