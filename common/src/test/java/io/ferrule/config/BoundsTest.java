package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits, waits and TLS settings. */
class BoundsTest {
    @Test
    void everyLimitReachesItsPlace() {
        assertThat(Told.server()
                        .flag("max-connections", "1")
                        .flag("max-handshakes", "2")
                        .flag("max-connections-per-source", "3")
                        .flag("buffer", "4KiB")
                        .tunnel()
                        .limits())
                .isEqualTo(new Limits(1, 2, 3, 4096));
    }

    @Test
    void everyWaitReachesItsPlace() {
        assertThat(Told.server()
                        .flag("handshake-timeout", "1s")
                        .flag("connect-timeout", "2s")
                        .flag("half-close-timeout", "3s")
                        .flag("idle-timeout", "4s")
                        .flag("reset-timeout", "5s")
                        .flag("keepalive", "6s")
                        .flag("unacknowledged-timeout", "7s")
                        .tunnel()
                        .timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7)));
    }

    @Test
    void everyTlsSettingReachesItsPlace() {
        assertThat(Told.client()
                        .flag("tls-min-version", "1.3")
                        .flag("tls-max-version", "1.3")
                        .flag("alpn", "redis", "h2")
                        .connectTls()
                        .settings())
                .isEqualTo(new TlsSettings(TlsVersion.TLS_1_3, TlsVersion.TLS_1_3, List.of("redis", "h2")));
    }

    @Test
    void everyProcessOptionReachesItsPlace() {
        ProcessConfig config = Told.client()
                .flag("admin", "unix:/run/admin.sock")
                .flag("health-check", "true")
                .flag("transport", "io_uring")
                .flag("event-loops", "3")
                .flag("drain-timeout", "0")
                .flag("log-format", "json")
                .flag("log-level", "trace")
                .flag("state-directory", "/state")
                .config();
        assertThat(config.admin()).hasToString("unix:/run/admin.sock");
        assertThat(config.healthCheck()).isTrue();
        assertThat(config.transport()).isEqualTo(TransportChoice.IO_URING);
        assertThat(config.eventLoops()).isEqualTo(3);
        assertThat(config.drain()).isZero();
        assertThat(config.logFormat()).isEqualTo(LogFormat.JSON);
        assertThat(config.logLevel()).isEqualTo("trace");
        assertThat(config.stateDirectory()).hasToString("/state");
        assertThat(config.role()).isEqualTo(Role.CLIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-connections|0|\"0\" is not a whole number from 1 to 10000000",
                "max-connections|-1|\"-1\" is not a whole number from 1 to 10000000",
                "max-handshakes|99999999999|\"99999999999\" is not a whole number from 1 to 10000000",
                "max-connections-per-source|many|\"many\" is not a whole number from 0 to 10000000",
                "event-loops|1025|\"1025\" is not a whole number from 0 to 1024",
                "buffer|4095|\"4095\" is smaller than 4096 bytes",
                "handshake-timeout|0|it cannot be switched off: give it a duration such as 10s",
                "connect-timeout|0s|it cannot be switched off: give it a duration such as 10s",
                "keepalive|500ms|\"500ms\" is not 0 or between 1s and 32767s",
                "keepalive|10h|\"10h\" is not 0 or between 1s and 32767s",
                "unacknowledged-timeout|25d|\"25d\" is not 0 or between 1ms and 24d",
                "tls-min-version|1.1|\"1.1\" is not 1.2 or 1.3",
                "tls-max-version|TLSv1.3|\"TLSv1.3\" is not 1.2 or 1.3",
                "transport|iouring|\"iouring\" is not one of auto, io_uring, epoll, kqueue, nio;"
                        + " did you mean \"io_uring\"?",
                "log-level|warning|\"warning\" is not one of error, warn, info, debug, trace",
                "insecure-plaintext|yes|\"yes\" is not true or false",
                "alpn|a b|\"a b\" is not an ALPN protocol: 1 to 255 ASCII characters without spaces",
                "certificate|''|it is empty"
            })
    void valueOutOfRangeIsToldWithWhatIsAllowed(String option, String value, String message) {
        assertThat(Told.server().flag(option, value).problems()).containsExactly("--" + option + ": " + message);
    }

    @Test
    void versionsTheWrongWayRoundAreRefused() {
        assertThat(Told.server()
                        .flag("tls-min-version", "1.3")
                        .flag("tls-max-version", "1.2")
                        .problems())
                .containsExactly("--tls-min-version: tls-min-version 1.3 is newer than tls-max-version 1.2: swap or"
                        + " drop one");
    }

    @Test
    void unprintableAndEndlessValuesAreToldWithoutRepeatingThem() {
        assertThat(Told.server().flag("certificate", "/a\u001b[31m\u0000").problems())
                .containsExactly("--certificate: \"/a\\u001b[31m\\u0000\" holds a control character");
        assertThat(Told.server().flag("certificate", "/" + "x".repeat(5000)).problems())
                .singleElement()
                .asString()
                .endsWith("…\" is longer than 4096 characters")
                .hasSizeLessThan(150);
    }
}
