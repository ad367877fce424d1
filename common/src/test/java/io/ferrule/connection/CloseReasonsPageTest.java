package io.ferrule.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.GeneratedDoc;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CloseReasonsPageTest {
    @Test
    void manualNamesEveryCloseReasonAndHandshakeFailure() throws Exception {
        String reasons = Arrays.stream(CloseReason.values())
                .map(r -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                r.label(),
                                r.origin().name().toLowerCase(Locale.ROOT),
                                r.level().name().toLowerCase(Locale.ROOT),
                                r.sentence()))
                .collect(Collectors.joining());
        String failures = Arrays.stream(HandshakeFailure.values())
                .map(f -> "| `%s` | %s |\n".formatted(f.label(), f.sentence()))
                .collect(Collectors.joining());
        GeneratedDoc.check(
                "close-reasons.md",
                """
                # Close reasons

                Every connection ends with exactly one of these. It stands in the connection's log line as `reason` and counts in
                `ferrule_connections_closed_total`.

                | reason | begun by | log level | what happened |
                |---|---|---|---|
                %s
                # Handshake failures

                Why a TLS handshake did not succeed: `handshakeFailure` in the log line, `reason` in
                `ferrule_handshake_failures_total`.

                | failure | what happened |
                |---|---|
                %s"""
                        .formatted(reasons, failures));
    }

    @Test
    void labelsAreDistinct() {
        assertThat(Stream.of(CloseReason.values()).map(CloseReason::label)).doesNotHaveDuplicates();
        assertThat(Stream.of(HandshakeFailure.values()).map(HandshakeFailure::label))
                .doesNotHaveDuplicates();
    }
}
