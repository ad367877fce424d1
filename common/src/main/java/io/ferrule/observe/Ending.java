package io.ferrule.observe;

import io.ferrule.connection.Leg;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that a tunnel relies on and that ends by itself at a known moment, such as a certificate.
 *
 * @param what which one it is, for people: a subject, an issuer, a name; harmless in a log
 * @param begin when it began to hold; null if that says nothing
 * @param end when it ends
 */
public record Ending(String tunnel, Leg leg, Kind kind, String what, @Nullable Instant begin, Instant end) {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** What it is, and what its end means. */
    public enum Kind {
        OWN(
                "own certificate",
                "the own certificate expires soon: peers will refuse it then",
                "the own certificate has expired: peers refuse it"),
        CA(
                "CA certificate",
                "a CA certificate expires soon: peers that it vouches for will be refused then",
                "a CA certificate has expired: peers that it vouches for are refused"),
        PINNED(
                "stored certificate",
                "a stored certificate expires soon: a peer that shows the same one will be refused then",
                "a stored certificate has expired: a peer that shows the same one is refused"),
        PEER(
                "peer's certificate",
                "a peer's certificate expires soon: it will be refused then",
                "a peer's certificate has expired: it is refused"),
        CRL(
                "revocation list",
                "a revocation list will soon be out of date: peers whose status it tells will be refused then",
                "a revocation list is out of date: peers whose status it tells are refused"),
        INVITED(
                "invitation",
                "an invitation ends soon: the client will be refused then",
                "an invitation has ended: the client is refused");

        private final String noun;
        private final String soon;
        private final String over;

        Kind(String noun, String soon, String over) {
            this.noun = noun;
            this.soon = soon;
            this.over = over;
        }

        /** The metric tag. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The log line of one that ends soon. */
        public String soon() {
            return soon;
        }

        /** The log line of one that has ended. */
        public String over() {
            return over;
        }
    }

    /** How long it still holds; negative once it has ended. */
    public Duration left(Instant now) {
        return Duration.between(now, end);
    }

    /**
     * True if it is time to warn of it. What lives less than twice as long as {@code warning}, such as a revocation list of a
     * week, would always be warned of; its last quarter counts.
     *
     * @param warning how long before the end
     */
    public boolean near(Instant now, Duration warning) {
        Duration from = warning;
        if (begin != null) {
            Duration life = Duration.between(begin, end);
            from = life.compareTo(warning.multipliedBy(2)) < 0 ? life.dividedBy(4) : warning;
        }
        return left(now).compareTo(from) < 0;
    }

    /** One line for people, such as {@code own certificate CN=a: 12 days left (2026-03-13)}. */
    public String sentence(Instant now) {
        Duration left = left(now);
        String when = left.isNegative() ? "ENDED " + words(left.negated()) + " ago" : words(left) + " left";
        return kind.noun + " " + what + ": " + when + " (" + DAY.format(end) + ")";
    }

    /** Days, or what is smaller where there is less than two of them. */
    private static String words(Duration time) {
        if (time.toDays() >= 2) {
            return time.toDays() + " days";
        }
        return time.toHours() >= 2 ? time.toHours() + " hours" : time.toMinutes() + " minutes";
    }
}
