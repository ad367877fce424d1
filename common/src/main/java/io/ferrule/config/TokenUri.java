package io.ferrule.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names objects in PKCS#11 tokens, such as a key in an HSM (RFC 7512). Each attribute that is given has to match.
 *
 * @param place where the tokens are that are meant
 * @param object the label of the object (CKA_LABEL); null for any
 * @param id its id (CKA_ID), in lower-case hexadecimal; null for any
 * @param type what kind of object is meant, {@code cert} or {@code private}; null for what the option is about
 * @param pin how the token is opened
 */
public record TokenUri(Place place, @Nullable String object, @Nullable String id, @Nullable String type, Pin pin) {
    private static final String SCHEME = "pkcs11:";
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z-]+)=([^;&?]*)");
    private static final Set<String> TYPES = Set.of("cert", "private");

    /** What is read out of a path; the URI's query says where the module and the PIN are. */
    private static final Set<String> PATH =
            Set.of("token", "manufacturer", "serial", "model", "slot-id", "object", "id", "type");

    private static final Set<String> QUERY = Set.of("module-path", "pin-source", "pin-value");

    /**
     * A token, or several.
     *
     * @param module the library through which it is spoken to; null if the URI does not say
     * @param token its label; null for any, as the next three
     * @param slot the number of the slot that it is in; null for any
     */
    public record Place(
            @Nullable Path module,
            @Nullable String token,
            @Nullable String manufacturer,
            @Nullable String serial,
            @Nullable String model,
            @Nullable Long slot) {}

    /**
     * The PIN of a token: in a file, in the URI, or neither.
     *
     * @param source the file that holds nothing else; null for none
     * @param value null for none
     */
    public record Pin(@Nullable Path source, @Nullable Secret value) {
        /** Said elsewhere, or not needed. */
        public static final Pin NONE = new Pin(null, null);
    }

    /** True if text is a URI of this kind, be it a sound one or not. */
    public static boolean isOne(String text) {
        return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /**
     * Reads one. Nothing that it says is left out silently.
     *
     * @throws IllegalArgumentException with a sentence that quotes no PIN
     */
    public static TokenUri parse(String text) {
        if (!isOne(text)) {
            throw new IllegalArgumentException("it does not begin with pkcs11:");
        }
        String rest = text.substring(SCHEME.length());
        int query = rest.indexOf('?');
        TreeMap<String, byte[]> said = new TreeMap<>();
        read(query < 0 ? rest : rest.substring(0, query), ";", PATH, said);
        read(query < 0 ? "" : rest.substring(query + 1), "&", QUERY, said);
        byte[] id = said.get("id");
        String type = text(said.get("type"));
        if (type != null && !TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "type=" + type + " is neither type=private, a private key, nor type=cert, a certificate");
        }
        byte[] value = said.get("pin-value");
        return new TokenUri(
                new Place(
                        path("module-path", text(said.get("module-path"))),
                        text(said.get("token")),
                        text(said.get("manufacturer")),
                        text(said.get("serial")),
                        text(said.get("model")),
                        slot(text(said.get("slot-id")))),
                text(said.get("object")),
                id == null ? null : HexFormat.of().formatHex(id),
                type,
                new Pin(
                        path("pin-source", source(text(said.get("pin-source")))),
                        value == null ? null : new Secret(new String(value, StandardCharsets.UTF_8))));
    }

    private static void read(String part, String separator, Set<String> known, TreeMap<String, byte[]> said) {
        for (String each : part.isEmpty() ? new String[0] : part.split(Pattern.quote(separator), -1)) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            if (!ATTRIBUTE.matcher(each).matches()) {
                throw new IllegalArgumentException(
                        known.contains(name)
                                ? name + " is not written as " + name + "=VALUE (RFC 7512)"
                                : "it has a part that is not NAME=VALUE (RFC 7512)");
            }
            if (!known.contains(name)) {
                throw new IllegalArgumentException(name + " is not an attribute that is looked at here, which are "
                        + String.join(", ", new TreeSet<>(known)) + remedy(name));
            }
            if (said.put(name, decoded(name, each.substring(equals + 1))) != null) {
                throw new IllegalArgumentException(name + " is there twice");
            }
        }
    }

    private static String remedy(String name) {
        return name.equals("module-name") ? "; write module-path=/PATH/OF/MODULE.so" : "";
    }

    private static byte[] decoded(String name, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            } else if (i + 2 < text.length() && isHex(text.charAt(i + 1)) && isHex(text.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                throw new IllegalArgumentException(name + " has a % that is not followed by two hexadecimal digits");
            }
        }
        return bytes.toByteArray();
    }

    private static boolean isHex(char c) {
        return HexFormat.isHexDigit(c);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static @Nullable Long slot(@Nullable String text) {
        if (text != null && !text.matches("\\d{1,10}")) {
            throw new IllegalArgumentException("slot-id is not a number");
        }
        return text == null ? null : Long.valueOf(text);
    }

    /** RFC 7512 §2.4: a URI of a file, or its path. */
    private static @Nullable String source(@Nullable String text) {
        if (text == null || !text.toLowerCase(Locale.ROOT).startsWith("file:")) {
            if (text != null && text.startsWith("|")) {
                throw new IllegalArgumentException("pin-source names a program, and none is run: name a file");
            }
            return text;
        }
        String path = text.substring("file:".length());
        return path.startsWith("///") ? path.substring(2) : path;
    }

    private static @Nullable Path path(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        Path path = TextFile.path(text).orElse(null);
        if (path == null || !text.startsWith("/")) {
            throw new IllegalArgumentException(name + " is not an absolute path");
        }
        return path;
    }

    /** The key that belongs to a certificate: by the same label and id. */
    public TokenUri ofKey() {
        return new TokenUri(place, object, id, "private", pin);
    }

    /** The same through this module, if it names none itself. */
    public TokenUri through(Path module) {
        return place.module != null
                ? this
                : new TokenUri(
                        new Place(module, place.token, place.manufacturer, place.serial, place.model, place.slot),
                        object,
                        id,
                        type,
                        pin);
    }

    /** The same with a PIN that has been found out. */
    public TokenUri opened(@Nullable Secret value) {
        return new TokenUri(place, object, id, type, new Pin(pin.source, value));
    }

    /** As a URI, without a PIN that it has itself. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(SCHEME);
        put(text, "token", place.token);
        put(text, "manufacturer", place.manufacturer);
        put(text, "model", place.model);
        put(text, "serial", place.serial);
        put(text, "slot-id", place.slot == null ? null : place.slot.toString());
        put(text, "object", object);
        if (id != null) {
            separate(text).append("id=").append(id.toUpperCase(Locale.ROOT).replaceAll("..", "%$0"));
        }
        put(text, "type", type);
        String path = text.toString();
        StringBuilder query = new StringBuilder();
        if (place.module != null) {
            query.append("?module-path=").append(encoded(place.module.toString()));
        }
        if (pin.source != null) {
            query.append(query.isEmpty() ? '?' : '&').append("pin-source=file:").append(encoded(pin.source.toString()));
        }
        return path + query;
    }

    private static StringBuilder separate(StringBuilder text) {
        return text.length() == SCHEME.length() ? text : text.append(';');
    }

    private static void put(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            separate(text).append(name).append('=').append(encoded(value));
        }
    }

    private static String encoded(String value) {
        StringBuilder text = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xFF);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "-._~/:".indexOf(c) >= 0);
            text.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return text.toString();
    }
}
