package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NegotiationSecretsTest {
    @Test
    void whatProvesAUserIsNotShown() {
        Negotiation asked = new Negotiation(
                Negotiation.Protocol.CONNECT,
                "a.test:1",
                "alice",
                new Secret("wonderland"),
                null,
                "basic",
                List.of("Proxy-Authorization: basic d29uZGVybGFuZA=="));
        assertThat(asked.toString()).contains("a.test:1").doesNotContain("wonderland", "d29uZGVybGFuZA");
    }
}
