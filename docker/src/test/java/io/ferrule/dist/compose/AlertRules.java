package io.ferrule.dist.compose;

import java.util.List;
import java.util.Map;

/** Our alerts as Prometheus reads them. */
final class AlertRules {
    static final String FILE = "config/prometheus/ferrule.rules.yaml";

    record Alert(String name, String expression) {}

    private AlertRules() {}

    static List<Alert> all() {
        return Tree.maps(Tree.ofFile(FILE), "groups").stream()
                .flatMap(group -> Tree.maps(group, "rules").stream())
                .map(AlertRules::alert)
                .toList();
    }

    private static Alert alert(Map<String, Object> rule) {
        return new Alert(String.valueOf(rule.get("alert")), String.valueOf(rule.get("expr")));
    }
}
