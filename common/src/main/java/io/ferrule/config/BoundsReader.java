package io.ferrule.config;

import java.time.Duration;

/** Reads how much a tunnel takes on, and how long it waits. */
final class BoundsReader {
    private static final int MANY = 10_000_000;
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final Values values;

    BoundsReader(Values values) {
        this.values = values;
    }

    Limits limits() {
        int buffer = values.required("buffer", text -> {
            int bytes = ByteSize.parse(text);
            if (bytes < 4096) {
                throw new IllegalArgumentException(Quoted.of(text) + " is smaller than 4096 bytes");
            }
            return bytes;
        });
        return new Limits(
                values.count("max-connections", 1, MANY),
                values.count("max-handshakes", 1, MANY),
                values.count("max-connections-per-source", 0, MANY),
                buffer);
    }

    Timeouts timeouts() {
        return new Timeouts(
                positive("handshake-timeout"),
                positive("connect-timeout"),
                orNever("half-close-timeout", MILLISECOND, DurationText.LONGEST),
                orNever("idle-timeout", MILLISECOND, DurationText.LONGEST),
                orNever("reset-timeout", MILLISECOND, DurationText.LONGEST),
                // Linux takes TCP_KEEPIDLE in whole seconds up to 32767 (tcp(7), MAX_TCP_KEEPIDLE).
                orNever("keepalive", Duration.ofSeconds(1), Duration.ofSeconds(32_767)),
                // TCP_USER_TIMEOUT is milliseconds in a C int.
                orNever("unacknowledged-timeout", MILLISECOND, Duration.ofDays(24)));
    }

    private Duration positive(String name) {
        return values.required(name, text -> {
            Duration duration = DurationText.parse(text);
            if (duration.isZero()) {
                throw new IllegalArgumentException("it cannot be switched off: give it a duration such as 10s");
            }
            return duration;
        });
    }

    private Duration orNever(String name, Duration least, Duration most) {
        return values.required(name, text -> {
            Duration duration = DurationText.parse(text);
            if (!duration.isZero() && (duration.compareTo(least) < 0 || duration.compareTo(most) > 0)) {
                throw new IllegalArgumentException(Quoted.of(text) + " is not 0 or between " + DurationText.of(least)
                        + " and " + DurationText.of(most));
            }
            return duration;
        });
    }
}
