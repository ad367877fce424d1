package io.ferrule.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostGuardTest {
    private final HostGuard loopback = new HostGuard(new Address.Tcp("admin.localhost", 9000));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9000",
                "127.0.0.1:9000",
                "[::1]:9000",
                "[::1]",
                "10.1.2.3",
                "Admin.localhost:1"
            })
    void ownNamesAndNumbersAreAllowed(String host) {
        assertThat(loopback.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:9000",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "[evil]:1",
                "",
                "["
            })
    void namesOfOthersAreRefusedOnLoopback(String host) {
        assertThat(loopback.allows(host)).isFalse();
    }

    @Test
    void endpointThatOthersMayReachTakesTheNameTheyKnowItBy() {
        assertThat(new HostGuard(new Address.Tcp("0.0.0.0", 9000)).allows("redis-7.example:9000"))
                .isTrue();
    }

    @Test
    void unixSocketIsOutOfABrowsersReach() {
        assertThat(new HostGuard(Address.parse("unix:/run/admin", "")).allows("any"))
                .isTrue();
    }
}
