package io.ferrule.dist.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The dashboard is one that Grafana takes: whole, without overlaps, and bound to no one's data source. */
class DashboardTest {
    private static final int COLUMNS = 24;

    private final Dashboard dashboard = new Dashboard();

    record Place(Object title, int x, int y, int w, int h) {
        static Place of(Map<String, Object> panel) {
            Map<String, Object> at = Tree.map(panel, "gridPos");
            return new Place(
                    String.valueOf(panel.get("title")),
                    number(at, "x"),
                    number(at, "y"),
                    number(at, "w"),
                    number(at, "h"));
        }

        boolean overlaps(Place other) {
            return x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h;
        }

        private static int number(Map<String, Object> at, String key) {
            return (Integer) at.getOrDefault(key, -1);
        }
    }

    @Test
    void rowsGoFromStateToProcess() {
        assertThat(dashboard.panels())
                .filteredOn(p -> "row".equals(p.get("type")))
                .extracting(p -> p.get("title"))
                .containsExactly(
                        "State",
                        "Connections",
                        "Traffic",
                        "Handshakes",
                        "Close reasons",
                        "Latency",
                        "Certificates and configuration",
                        "Process");
    }

    @Test
    void everyPanelHasAnIdOfItsOwnATitleAndADescription() {
        assertThat(dashboard.panels())
                .extracting(p -> p.get("id"))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(dashboard.panels()).allSatisfy(panel -> {
            assertThat(panel.get("title")).asString().isNotBlank();
            if (!"row".equals(panel.get("type"))) {
                assertThat(panel.get("description"))
                        .as("%s", panel.get("title"))
                        .asString()
                        .endsWith(".");
                assertThat(Tree.map(Tree.map(panel, "fieldConfig"), "defaults"))
                        .as("%s", panel.get("title"))
                        .containsKeys("unit", "thresholds");
            }
        });
    }

    @Test
    void panelsLieWithinTheGridWithoutOverlap() {
        List<Place> seen = new ArrayList<>();
        for (Map<String, Object> panel : dashboard.panels()) {
            Place place = Place.of(panel);
            assertThat(place.x).as("%s", place).isGreaterThanOrEqualTo(0);
            assertThat(place.x + place.w).as("%s", place).isLessThanOrEqualTo(COLUMNS);
            assertThat(Math.min(place.w, place.h)).as("%s", place).isPositive();
            assertThat(seen).as("%s", place).noneMatch(place::overlaps);
            seen.add(place);
        }
    }

    @Test
    void everyPanelAsksSomethingAndNoTwoOfItsQueriesShareALetter() {
        assertThat(dashboard.panels())
                .filteredOn(p -> !"row".equals(p.get("type")))
                .allSatisfy(panel -> {
                    List<Map<String, Object>> targets = Tree.maps(panel, "targets");
                    assertThat(targets).as("%s", panel.get("title")).isNotEmpty();
                    assertThat(targets)
                            .extracting(t -> t.get("expr"))
                            .allSatisfy(e -> assertThat(e).asString().isNotBlank());
                    assertThat(targets)
                            .extracting(t -> t.get("refId"))
                            .doesNotContainNull()
                            .doesNotHaveDuplicates();
                });
    }

    @Test
    void dataSourceIsAlwaysTheVariable() {
        List<Object> uids = new ArrayList<>();
        Tree.visit(dashboard.json(), (key, value) -> {
            if (key.equals("datasource")
                    && value instanceof Map<?, ?> source
                    && !"grafana".equals(source.get("type"))) {
                uids.add(String.valueOf(source.get("uid")));
            }
        });
        assertThat(uids).hasSizeGreaterThan(40).containsOnly("${datasource}");
    }

    @Test
    void everyQueryObeysTheVariables() {
        assertThat(dashboard.variables())
                .extracting(v -> v.get("name"))
                .containsExactly("datasource", "job", "instance", "tunnel");
        assertThat(dashboard.queries())
                .allSatisfy(q -> assertThat(q.expression()).contains("job=~\"$job\"", "instance=~\"$instance\""))
                .filteredOn(q -> q.expression().contains("ferrule_connection"))
                .allSatisfy(q -> assertThat(q.expression()).contains("tunnel=~\"$tunnel\""));
    }
}
