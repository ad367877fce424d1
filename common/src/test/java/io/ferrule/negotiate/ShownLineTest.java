package io.ferrule.negotiate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AUTH PLAIN d29uZGVybGFuZA==",
                "auth plain d29uZGVybGFuZA==",
                "a1 LOGIN alice d29uZGVybGFuZA==",
                "a1 AUTHENTICATE PLAIN d29uZGVybGFuZA==",
                "PASS d29uZGVybGFuZA==",
                "  PASS  d29uZGVybGFuZA==",
                "AUTH  PLAIN\td29uZGVybGFuZA==",
                "a1  LOGIN alice d29uZGVybGFuZA==",
                "Proxy-Authorization: basic d29uZGVybGFuZA=="
            })
    void whoSomebodyIsIsNotShown(String line) {
        assertThat(ShownLine.of(line)).endsWith(" (secret)").doesNotContain("d29uZGVybGFuZA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AUTH LOGIN", "250-AUTH PLAIN LOGIN", "* OK ready", "a1 CAPABILITY", "EHLO me.test"})
    void whatElseIsSaidIsShown(String line) {
        assertThat(ShownLine.of(line)).isEqualTo(line);
    }
}
