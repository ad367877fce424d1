package io.ferrule.clients;

import io.ferrule.config.Pin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The text of a {@link KnownClient} in the state directory: one {@code key: value} a line, all keys, each once, in any order.
 * Anything else is refused, so that a damaged file lets nobody in and a mistyped revocation is not taken for none.
 */
final class ClientFile {
    private static final List<String> KEYS =
            List.of("name", "pin", "tunnel", "created", "until", "revoked", "server-pins", "format");
    private static final String HEADER =
            "# A client of proxy-server: made by \"invite\", ended by \"revoke\", shown by \"clients\".\n";
    private static final String FORMAT = "1";

    private ClientFile() {}

    static byte[] write(KnownClient client) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("format", FORMAT);
        values.put("name", client.name());
        values.put("pin", client.pin().toString());
        values.put("tunnel", client.tunnel());
        values.put("created", client.created().toString());
        values.put("until", client.until().toString());
        values.put("revoked", client.revoked() == null ? "" : client.revoked().toString());
        values.put("server-pins", client.told().stream().map(Pin::toString).collect(Collectors.joining(" ")));
        return values.entrySet().stream()
                .map(entry -> (entry.getKey() + ": " + entry.getValue()).strip() + "\n")
                .collect(Collectors.joining("", HEADER, ""))
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param name the client that the file is named after
     * @throws IllegalArgumentException with a sentence for the operator for anything else
     */
    static KnownClient read(String name, String text) {
        Map<String, String> values = values(text);
        if (!value(values, "format").equals(FORMAT)) {
            throw new IllegalArgumentException(
                    "format is \"" + value(values, "format") + "\"; this program understands " + FORMAT);
        }
        if (!value(values, "name").equals(name)) {
            throw new IllegalArgumentException(
                    "it is about a client of another name, \"" + value(values, "name") + "\"");
        }
        String revoked = value(values, "revoked");
        return new KnownClient(
                name,
                Pin.parse(value(values, "pin")),
                value(values, "tunnel"),
                moment(values, "created"),
                moment(values, "until"),
                revoked.isEmpty() ? null : moment(values, "revoked"),
                Arrays.stream(value(values, "server-pins").split(" +", -1))
                        .map(Pin::parse)
                        .toList());
    }

    private static Map<String, String> values(String text) {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("it is cut off: its last line has no end");
        }
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(":", 2);
            String key = parts[0].strip();
            if (parts.length < 2 || !KEYS.contains(key)) {
                throw new IllegalArgumentException("line " + number + " is not understood");
            }
            if (values.put(key, parts[1].strip()) != null) {
                throw new IllegalArgumentException("line " + number + " says " + key + " again");
            }
        }
        return values;
    }

    private static String value(Map<String, String> values, String key) {
        @Nullable String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("it does not say " + key);
        }
        return value;
    }

    private static Instant moment(Map<String, String> values, String key) {
        try {
            return Instant.parse(value(values, key));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(key + " is not a time such as 2030-01-31T12:00:00Z", e);
        }
    }
}
