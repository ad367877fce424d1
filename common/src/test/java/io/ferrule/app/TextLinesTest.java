package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class TextLinesTest {
    private final TextLines lines = new TextLines(ZoneOffset.UTC, false);

    private static LoggingEvent event(Level level, String message) {
        LoggingEvent event = new LoggingEvent(
                "test", new LoggerContext().getLogger("io.ferrule.relay.Relay"), level, message, null, null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05.006Z"));
        return event;
    }

    private String text(LoggingEvent event) {
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void lineHasTimeLevelMessageAndPairs() {
        LoggingEvent event = event(Level.INFO, "connection closed");
        event.addKeyValuePair(new KeyValuePair("reason", "client_closed"));
        event.addKeyValuePair(new KeyValuePair("bytes", 5));
        event.addKeyValuePair(new KeyValuePair("peer", "CN=a b"));
        assertThat(text(event))
                .isEqualTo("2026-01-02T03:04:05.006Z INFO  connection closed"
                        + " reason=client_closed bytes=5 peer=\"CN=a b\"\n");
    }

    @Test
    void belowInfoTheLoggerIsNamed() {
        assertThat(text(event(Level.DEBUG, "paused"))).endsWith("DEBUG [Relay] paused\n");
    }

    @Test
    void peersTextCannotForgeALineNorReachTheTerminal() {
        LoggingEvent event = event(Level.WARN, "bad\u001b[2J");
        event.addKeyValuePair(new KeyValuePair("peer", "x\r\u009b2J\" admin=\"y"));
        event.addKeyValuePair(new KeyValuePair("chain", "one\n2026-01-02T03:04:05.006Z INFO  forged"));
        assertThat(text(event))
                .isEqualTo("2026-01-02T03:04:05.006Z WARN  bad\\u001b[2J"
                        + " peer=\"x\\u000d\\u009b2J\\\" admin=\\\"y\""
                        + " chain=\n    one\n    2026-01-02T03:04:05.006Z INFO  forged\n");
    }

    @Test
    void colourIsOnlyForTerminals() {
        TextLines coloured = new TextLines(ZoneOffset.UTC, true);
        assertThat(new String(coloured.encode(event(Level.ERROR, "m")), StandardCharsets.UTF_8))
                .contains("\u001b[31mERROR\u001b[0m m");
    }
}
