package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
    @Test
    void eventIsOneLineWithItsPairsAsFieldsAndNothingUnescaped() {
        LoggingEvent event = new LoggingEvent(
                "test", new LoggerContext().getLogger("io.ferrule.x"), Level.WARN, "a \"b\"", null, null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05Z"));
        event.addKeyValuePair(new KeyValuePair("bytes", 5L));
        event.addKeyValuePair(new KeyValuePair("peer", "x\n\u001b\\"));
        assertThat(new String(new JsonLines().encode(event), StandardCharsets.UTF_8))
                .isEqualTo("{\"timestamp\":\"2026-01-02T03:04:05Z\",\"level\":\"WARN\",\"logger\":\"io.ferrule.x\","
                        + "\"message\":\"a \\\"b\\\"\",\"bytes\":5,\"peer\":\"x\\n\\u001b\\\\\"}\n");
    }
}
