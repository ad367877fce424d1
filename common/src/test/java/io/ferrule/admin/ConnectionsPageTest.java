package io.ferrule.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.Leg;
import io.ferrule.observe.Samples;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ConnectionsPageTest {
    private final List<ConnectionFacts> open = new ArrayList<>();
    private final ConnectionsPage page =
            new ConnectionsPage(() -> List.of(new TunnelView("redis", () -> open, CompletableFuture::new)));

    @Test
    void connectionIsDescribedWhole() throws Exception {
        ConnectionFacts facts = Samples.facts(7, "redis");
        facts.enter(ConnectionFacts.Stage.RELAYING);
        facts.connectedTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 6379));
        facts.secured(Leg.ACCEPT, Samples.session(true, Samples.certificate("work\"er")));
        facts.received(Leg.ACCEPT, 10);
        facts.received(Leg.CONNECT, 2_000);
        open.add(facts);
        assertThat(page.json(10, 0))
                .isEqualTo(
                        """
                {"total":1,"connections":[{"id":7,"tunnel":"redis","client":"192.0.2.7:40000","target":"127.0.0.1:6379",\
                "since":"2026-03-01T12:00:00Z","stage":"relaying","bytesFromClient":10,"bytesFromTarget":2000,\
                "tls":{"accept":{"version":"TLSv1.3","cipher":"TLS_AES_128_GCM_SHA256","group":"X25519MLKEM768",\
                "resumed":true,"serverName":"redis.test","alpn":null,"peer":"CN=work\\\\\\"er"}}}]}
                """);
    }

    @Test
    void connectionJustAcceptedHasNoTargetYet() {
        open.add(Samples.facts(1, "redis"));
        assertThat(page.json(10, 0)).contains("\"target\":null", "\"stage\":\"accepted\"", "\"tls\":{}");
    }

    @Test
    void pagesAreOldestFirstAndLeadToTheNext() {
        for (long id = 1; id <= 25; id++) {
            open.add(Samples.facts(id, "redis"));
        }
        Collections.shuffle(open);
        List<Object> seen = new ArrayList<>();
        @Nullable Object next = 0;
        int pages = 0;
        while (next != null) {
            Map<?, ?> answer = parse(page.json(10, ((Number) next).longValue()));
            assertThat(answer.get("total")).isEqualTo(25);
            ((List<?>) Objects.requireNonNull(answer.get("connections")))
                    .forEach(c -> seen.add(((Map<?, ?>) c).get("id")));
            next = answer.get("next");
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(seen).hasSize(25).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void lastPageThatIsJustFullLeadsNowhere() {
        open.add(Samples.facts(1, "redis"));
        assertThat(page.json(1, 0)).doesNotContain("next");
    }

    @Test
    void limitOfNothingStillCounts() {
        open.add(Samples.facts(1, "redis"));
        assertThat(page.json(0, 0)).isEqualTo("{\"total\":1,\"connections\":[]}\n");
    }

    private static Map<?, ?> parse(String json) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(json);
    }
}
