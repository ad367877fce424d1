package io.ferrule.config;

import static java.util.Map.entry;

import io.ferrule.config.Option.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the JSON Schema of a program's config file from the registry of options. It takes what the reader takes, so that an
 * editor never complains of a good file, and refuses what one key alone makes wrong; what several keys mean together stays
 * with {@code check}. JSON knows less than the reader, which sees how a number is spelled.
 */
final class ConfigSchema {
    private static final String PADDED = "^\\s*(%s)\\s*$";
    private static final Map<String, Object> TEXT = schema("type", List.of("string", "number"), "pattern", "\\S");
    private static final List<String> ADDRESSES =
            List.of("unix:/.*[^/]", "\\[[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?\\]:\\d{1,9}", "[^\\s:/\\[\\]]+:\\d{1,9}");

    /** Options that say less or more than their placeholder. */
    private static final Map<String, Object> NAME =
            padded("\\*|([cC][nN]|[oO][uU]|[dD][nN][sS]|[uU][rR][iI]|[iI][pP]" + "|[eE][mM][aA][iI][lL]):.+");

    private static final Map<String, Map<String, Object>> BY_NAME = Map.ofEntries(
            entry("admin", address(0, "none")),
            entry("listen", address(0, "systemd:[!-9;-~]{1,255}")),
            entry("transport", choice(Values.labels(TransportChoice.class))),
            entry("log-format", choice(Values.labels(LogFormat.class))),
            entry("log-level", choice(List.of("error", "warn", "info", "debug", "trace"))),
            entry(
                    "accept-proxy",
                    padded(
                            "off|anyone|[0-9]{1,3}(\\.[0-9]{1,3}){3}(/[0-9]{1,2})?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/[0-9]{1,3})?")),
            entry("send-proxy", choice(List.of("off", "v1", "v2", "v2-ssl"))),
            entry("access", choice(List.of("invited", "anyone"))),
            entry("client-certificate", choice(List.of("required", "optional"))),
            entry("client-name", NAME),
            entry("verify-name", NAME),
            entry("ocsp-timeout", padded("\\d{1,11}(ms|s|m|h|d)")),
            entry("post-quantum", choice(Values.labels(PostQuantum.class))),
            entry("cipher-preference", choice(List.of("server", "client"))),
            entry("session-tickets", schema("anyOf", List.of(schema("type", "boolean"), padded("on|off|true|false")))),
            entry("tls-ciphers", padded("[A-Za-z0-9_-]+")),
            entry("tls-groups", padded("[A-Za-z0-9-]+")),
            entry("tls-signatures", padded("[A-Za-z0-9_]+")),
            entry("session-cache", count(0, 1_000_000)),
            entry("session-lifetime", padded("\\d{1,11}(ms|s|m|h|d)")),
            entry("server-name", TEXT),
            entry("unknown-names", choice(List.of("serve", "refuse"))),
            entry("event-loops", count(0, 1024)),
            entry("max-connections", count(1, 10_000_000)),
            entry("max-handshakes", count(1, 10_000_000)),
            entry("max-connections-per-source", count(0, 10_000_000)),
            entry("handshake-timeout", padded("\\d{1,11}(ms|s|m|h|d)")),
            entry("connect-timeout", padded("\\d{1,11}(ms|s|m|h|d)")));

    private final Role role;

    private ConfigSchema(Role role) {
        this.role = role;
    }

    static String text(Role role) {
        return json(new ConfigSchema(role).document(), "") + "\n";
    }

    private Map<String, Object> document() {
        Map<String, Object> top = new LinkedHashMap<>(options(Scope.PROCESS));
        options(Scope.TUNNEL).keySet().forEach(key -> top.put(key, schema("$ref", "#/$defs/tunnel/properties/" + key)));
        if (role == Role.SERVER) {
            top.put("names", schema("$ref", "#/$defs/tunnel/properties/names"));
        }
        top.put(
                "tunnels",
                schema(
                        "description",
                        "Many tunnels by name: 1 to 32 characters of a-z, 0-9 and the hyphen. Without it the keys of one"
                                + " tunnel stand at the top level.",
                        "type",
                        "object",
                        "minProperties",
                        1,
                        "propertyNames",
                        schema("pattern", "^" + TunnelSettings.NAME.pattern() + "$"),
                        "additionalProperties",
                        schema("$ref", "#/$defs/tunnel")));
        List<String> besideTunnels = Stream.concat(options(Scope.PROCESS).keySet().stream(), Stream.of("tunnels"))
                .toList();
        return schema(
                "$schema",
                "https://json-schema.org/draft/2020-12/schema",
                "$comment",
                "Made from OptionRegistry by ConfigSchemaTest; rewrite it with -Dferrule.docs=write.",
                "title",
                "Configuration of " + role.program(),
                "type",
                List.of("object", "null"),
                "properties",
                top,
                "additionalProperties",
                false,
                "if",
                schema("type", "object", "required", List.of("tunnels")),
                "then",
                schema("propertyNames", schema("enum", besideTunnels)),
                "$defs",
                schema(
                        "tunnel",
                        schema(
                                "type",
                                List.of("object", "null"),
                                "properties",
                                tunnel(),
                                "additionalProperties",
                                false)));
    }

    private Map<String, Object> tunnel() {
        Map<String, Object> keys = options(Scope.TUNNEL);
        if (role == Role.SERVER) {
            keys.put("names", names());
        }
        return keys;
    }

    private Map<String, Object> names() {
        Map<String, Object> ofOneName = new LinkedHashMap<>();
        Option.forRole(role).stream().filter(Option::perName).forEach(o -> {
            ofOneName.put(o.name(), schema("$ref", "#/$defs/tunnel/properties/" + o.name()));
            o.fileTwin()
                    .ifPresent(twin ->
                            ofOneName.put(twin.name(), schema("$ref", "#/$defs/tunnel/properties/" + twin.name())));
        });
        return schema(
                "description",
                "Services by the server name that clients ask for (SNI): exact, or with * as the whole first label. What a name"
                        + " does not say is as its tunnel says it.",
                "type",
                "object",
                "minProperties",
                1,
                "propertyNames",
                schema("pattern", "^(\\*\\.)?[^\\s*:/]+$"),
                "additionalProperties",
                schema("type", List.of("object", "null"), "properties", ofOneName, "additionalProperties", false));
    }

    private Map<String, Object> options(Scope scope) {
        Map<String, Object> options = new LinkedHashMap<>();
        Option.forRole(role).stream()
                .filter(o -> o.scope() == scope && !o.name().equals("config"))
                .forEach(o -> {
                    options.put(o.name(), option(o));
                    o.fileTwin().ifPresent(twin -> options.put(twin.name(), option(twin)));
                });
        return options;
    }

    private Map<String, Object> option(Option option) {
        String standard = option.defaultText(role);
        boolean isValue = standard.matches("\\S+");
        String words = standard.isEmpty() || isValue ? "" : " Default: " + standard + ".";
        Map<String, Object> all = schema("description", option.help() + words);
        if (isValue) {
            all.put("default", value(option, standard));
        }
        Map<String, Object> one = one(option);
        all.putAll(
                option.repeatable()
                        ? schema("anyOf", List.of(one, schema("type", "array", "minItems", 1, "items", one)))
                        : one);
        return all;
    }

    private Map<String, Object> one(Option option) {
        if (BY_NAME.containsKey(option.name())) {
            return BY_NAME.get(option.name());
        }
        return switch (option.placeholder()) {
            case "" -> schema("anyOf", List.of(schema("type", "boolean"), padded("true|false")));
            case "ADDR" -> role == Role.CLIENT ? padded(String.join("|", ADDRESSES)) : address(1);
            case "BYTES" -> numberOr(4096, 1 << 30, "\\d{1,10}\\s?(B|KiB|MiB|GiB)?");
            case "COUNT" -> count(0, 999_999_999);
            case "DURATION" -> schema("anyOf", List.of(schema("const", 0), padded("0|\\d{1,11}(ms|s|m|h|d)")));
            case "PIN" -> padded("sha256/[A-Za-z0-9+/]{43}=?");
            case "VERSION" -> schema("enum", List.of(new Literal("1.2"), new Literal("1.3"), "1.2", "1.3"));
            case "WHOM" -> padded((role == Role.CLIENT ? "stapled|" : "") + "off|aia|http://.+");
            case "FILE", "DIRECTORY", "PROTOCOL", "PASSWORD" -> TEXT;
            case "PEM" -> schema("type", "string", "pattern", "-----BEGIN ");
            default -> throw new AssertionError("say here what " + option.placeholder() + " looks like in JSON");
        };
    }

    /** A default as an operator would write it in YAML. */
    private static Object value(Option option, String standard) {
        boolean isNumber = List.of("VERSION", "COUNT", "DURATION", "BYTES").contains(option.placeholder())
                && standard.matches("[0-9.]+");
        return isNumber || option.isSwitch() ? new Literal(standard) : standard;
    }

    private static Map<String, Object> address(int lowestPort, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("\\d{1,9}");
        all.addAll(ADDRESSES);
        return numberOr(lowestPort, 65_535, String.join("|", all));
    }

    private static Map<String, Object> count(int least, int most) {
        return numberOr(least, most, "\\d{1,9}");
    }

    private static Map<String, Object> numberOr(int least, int most, String pattern) {
        return schema("anyOf", List.of(schema("type", "integer", "minimum", least, "maximum", most), padded(pattern)));
    }

    private static Map<String, Object> choice(List<String> words) {
        return schema("enum", words);
    }

    private static Map<String, Object> padded(String pattern) {
        return schema("type", "string", "pattern", PADDED.formatted(pattern));
    }

    private static Map<String, Object> schema(Object... keysAndValues) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            schema.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return schema;
    }

    /** A number, true or false as it is written. */
    private record Literal(String text) {}

    private static String json(Object value, String indent) {
        String deeper = indent + "  ";
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> deeper + json(e.getKey(), "") + ": " + json(e.getValue(), deeper))
                    .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
        }
        if (value instanceof List<?> list) {
            boolean flat = list.stream().noneMatch(Map.class::isInstance);
            return flat
                    ? list.stream().map(v -> json(v, "")).collect(Collectors.joining(", ", "[", "]"))
                    : list.stream()
                            .map(v -> deeper + json(v, deeper))
                            .collect(Collectors.joining(",\n", "[\n", "\n" + indent + "]"));
        }
        if (value instanceof String text) {
            return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }
        return value instanceof Literal literal ? literal.text : value.toString();
    }
}
