package io.ferrule.dist.kubernetes;

import java.util.Map;
import java.util.Optional;

/** One object for the API server, and where it came from. */
record Manifest(String from, Tree tree) {
    String kind() {
        return tree.at("kind").text();
    }

    String name() {
        return tree.at("metadata", "name").text();
    }

    /** Deployments and StatefulSets: what they make pods of. */
    Optional<Pod> pod() {
        Tree template = tree.at("spec", "template");
        return template.at("spec").isThere() ? Optional.of(new Pod(this, template)) : Optional.empty();
    }

    @Override
    public String toString() {
        return kind() + " " + name() + " of " + from;
    }

    /** True if labels satisfy a label selector; an empty selector is satisfied by all, an absent one by none. */
    static boolean selects(Tree selector, Map<String, String> labels) {
        if (!selector.isThere()) {
            return false;
        }
        boolean equal = selector.at("matchLabels").textEntries().entrySet().stream()
                .allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
        return equal
                && selector.at("matchExpressions").items().stream().allMatch(expression -> holds(expression, labels));
    }

    private static boolean holds(Tree expression, Map<String, String> labels) {
        String key = expression.at("key").text();
        return switch (expression.at("operator").text()) {
            case "Exists" -> labels.containsKey(key);
            case "DoesNotExist" -> !labels.containsKey(key);
            case "In" ->
                labels.containsKey(key) && expression.at("values").texts().contains(labels.get(key));
            case "NotIn" -> !expression.at("values").texts().contains(labels.get(key));
            default -> throw new IllegalArgumentException("no operator: " + expression);
        };
    }
}
