package io.ferrule.dist.workflows;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The language of workflow files as GitHub defines it, in the file that its own editors and runners read
 * ({@code workflow-v1.0.json}; see PROVENANCE.txt beside it). A definition is a string, number, boolean, null, one of a set of
 * values, a sequence, a mapping, or one of several definitions; its context names what an expression in it may use.
 */
final class WorkflowLanguage {
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{(.*?)}}");
    private static final Pattern NAME = Pattern.compile("(?<![\\w.'-])([a-zA-Z_][\\w-]*)");
    private static final Set<String> LITERALS = Set.of("true", "false", "null", "NaN", "Infinity");

    /** Functions that need no leave of a context (docs.github.com, "Evaluate expressions"). */
    private static final Set<String> FUNCTIONS =
            Set.of("contains", "startsWith", "endsWith", "format", "join", "toJSON", "fromJSON", "case");

    private final Map<?, ?> definitions;

    private WorkflowLanguage(Map<?, ?> definitions) {
        this.definitions = definitions;
    }

    static WorkflowLanguage read() {
        try (InputStream in = WorkflowLanguage.class.getResourceAsStream("/github/workflow-v1.0.json")) {
            String json = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            Object tree = new Load(LoadSettings.builder().build()).loadFromString(json);
            return new WorkflowLanguage(map(map(tree).get("definitions")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every mistake of a workflow file, with its place; of alternatives those of the one that fits best. */
    List<String> mistakes(@Nullable Object workflow) {
        return mistakes("", workflow, "workflow-root-strict", Set.of());
    }

    private List<String> mistakes(String place, @Nullable Object value, String name, Set<String> outer) {
        Map<?, ?> definition = definition(name);
        Set<String> context = new HashSet<>(outer);
        if (definition.containsKey("context")) {
            list(definition.get("context"))
                    .forEach(c -> context.add(c.toString().replaceFirst("\\(.*", "")));
        }
        if (value instanceof String text && !context.isEmpty() && text.contains("${{")) {
            return ofExpressions(place, text, context);
        }
        if (definition.containsKey("one-of")) {
            return ofAlternatives(place, value, definition, context);
        }
        if (definition.containsKey("mapping")) {
            return value instanceof Map<?, ?> map
                    ? ofMapping(place, map, map(definition.get("mapping")), context)
                    : wrong(place, value, "a mapping (" + name + ")");
        }
        if (definition.containsKey("sequence")) {
            return value instanceof List<?> items
                    ? ofSequence(place, items, map(definition.get("sequence")), context)
                    : wrong(place, value, "a list (" + name + ")");
        }
        return isScalar(value, definition) ? List.of() : wrong(place, value, name);
    }

    private List<String> ofAlternatives(
            String place, @Nullable Object value, Map<?, ?> definition, Set<String> context) {
        List<List<String>> all = new ArrayList<>();
        for (Object alternative : list(definition.get("one-of"))) {
            all.add(mistakes(place, value, alternative.toString(), context));
        }
        // The deepest complaint is of the alternative that was meant.
        return all.stream().filter(List::isEmpty).findFirst().orElseGet(() -> all.stream()
                .max((a, b) -> Integer.compare(depth(a), depth(b)))
                .orElseThrow());
    }

    private static int depth(List<String> mistakes) {
        int deepest = mistakes.stream()
                .mapToInt(m -> m.split(":", 2)[0].split("[.\\[]").length)
                .max()
                .orElse(0);
        return deepest * 100 - mistakes.size();
    }

    private List<String> ofMapping(String place, Map<?, ?> value, Map<?, ?> mapping, Set<String> context) {
        List<String> mistakes = new ArrayList<>();
        Map<?, ?> properties = mapping.containsKey("properties") ? map(mapping.get("properties")) : Map.of();
        value.forEach((key, item) -> {
            String there = place + "." + key;
            if (properties.containsKey(key)) {
                mistakes.addAll(mistakes(there, item, type(properties.get(key)), context));
            } else if (mapping.containsKey("loose-value-type")) {
                mistakes.addAll(mistakes(
                        there,
                        item,
                        Objects.requireNonNull(mapping.get("loose-value-type")).toString(),
                        context));
            } else {
                mistakes.add(there + ": no such key");
            }
        });
        properties.forEach((key, property) -> {
            if (property instanceof Map<?, ?> rules
                    && Boolean.TRUE.equals(rules.get("required"))
                    && !value.containsKey(key)) {
                mistakes.add(place + "." + key + ": it is missing");
            }
        });
        return mistakes;
    }

    private List<String> ofSequence(String place, List<?> items, Map<?, ?> sequence, Set<String> context) {
        List<String> mistakes = new ArrayList<>();
        String type = Objects.requireNonNull(sequence.get("item-type")).toString();
        for (int i = 0; i < items.size(); i++) {
            mistakes.addAll(mistakes(place + "[" + i + "]", items.get(i), type, context));
        }
        return mistakes;
    }

    /** Names that stand where a context or a function may stand. */
    private static List<String> ofExpressions(String place, String text, Set<String> context) {
        List<String> mistakes = new ArrayList<>();
        Matcher expression = EXPRESSION.matcher(text);
        while (expression.find()) {
            Matcher name = NAME.matcher(expression.group(1).replaceAll("'[^']*'", "''"));
            while (name.find()) {
                String word = name.group(1);
                if (!context.contains(word) && !FUNCTIONS.contains(word) && !LITERALS.contains(word)) {
                    mistakes.add(place + ": an expression cannot use " + word + " here, only " + context);
                }
            }
        }
        return mistakes;
    }

    private static boolean isScalar(@Nullable Object value, Map<?, ?> definition) {
        if (definition.containsKey("allowed-values")) {
            return list(definition.get("allowed-values")).contains(value);
        }
        if (definition.containsKey("null")) {
            return value == null;
        }
        if (definition.containsKey("boolean")) {
            return value instanceof Boolean;
        }
        if (definition.containsKey("number")) {
            return value instanceof Number;
        }
        if (value == null || value instanceof Map || value instanceof List) {
            return false;
        }
        Map<?, ?> rules = definition.get("string") instanceof Map<?, ?> map ? map : Map.of();
        String text = value.toString(); // as in GitHub's reader, a number or boolean is text too
        return (!rules.containsKey("constant") || text.equals(rules.get("constant")))
                && !(Boolean.TRUE.equals(rules.get("require-non-empty")) && text.isEmpty());
    }

    /** The simplest types have their definitions in the reader, not in the file. */
    private Map<?, ?> definition(String name) {
        Object definition = definitions.get(name);
        if (definition != null) {
            return map(definition);
        }
        return switch (name) {
            case "string", "number", "boolean", "null" -> Map.of(name, Map.of());
            case "sequence" -> Map.of("sequence", Map.of("item-type", "any"));
            case "mapping" -> Map.of("mapping", Map.of("loose-key-type", "string", "loose-value-type", "any"));
            case "any" -> Map.of("one-of", List.of("string", "number", "boolean", "null", "sequence", "mapping"));
            default -> throw new IllegalArgumentException("no definition of " + name);
        };
    }

    private static String type(@Nullable Object property) {
        return property instanceof Map<?, ?> rules
                ? Objects.requireNonNull(rules.get("type")).toString()
                : Objects.requireNonNull(property).toString();
    }

    private static List<String> wrong(String place, @Nullable Object value, String wanted) {
        return List.of(place + ": " + value + " is not " + wanted);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static List<?> list(@Nullable Object value) {
        return (List<?>) Objects.requireNonNull(value);
    }
}
