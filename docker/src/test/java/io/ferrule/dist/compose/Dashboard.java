package io.ferrule.dist.compose;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Our dashboard as Grafana reads it. */
final class Dashboard {
    private final Map<String, Object> json = Tree.ofFile("config/grafana/ferrule.json");

    /** A panel's expression with the legend of its series. */
    record Query(String panel, String expression, String legend) {
        @Override
        public String toString() {
            return panel + ": " + expression;
        }
    }

    Map<String, Object> json() {
        return json;
    }

    List<Map<String, Object>> panels() {
        return Tree.maps(json, "panels");
    }

    List<Map<String, Object>> variables() {
        return Tree.maps(Tree.map(json, "templating"), "list");
    }

    /** Of every panel, and of the annotations that ask Prometheus. */
    List<Query> queries() {
        Stream<Query> panels = panels().stream().flatMap(panel -> Tree.maps(panel, "targets").stream()
                .map(target -> query(String.valueOf(panel.get("title")), target, "legendFormat")));
        Stream<Query> annotations = Tree.maps(Tree.map(json, "annotations"), "list").stream()
                .filter(annotation -> annotation.containsKey("expr"))
                .map(annotation -> query("annotation " + annotation.get("name"), annotation, "textFormat"));
        return Stream.concat(panels, annotations).toList();
    }

    private static Query query(String panel, Map<String, Object> of, String legend) {
        return new Query(panel, String.valueOf(of.get("expr")), String.valueOf(of.get(legend)));
    }
}
