package io.ferrule.stunnel;

import io.ferrule.config.TlsNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code curves}: groups by OpenSSL's names, with colons between them. */
final class CurveList {
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "PRIME256V1", "P-256",
            "SECP256R1", "P-256",
            "SECP384R1", "P-384",
            "SECP521R1", "P-521");

    private CurveList() {}

    /** Those that Ferrule's engine has, by its names; may be empty. */
    static List<String> groups(String text) {
        List<String> groups = new ArrayList<>();
        for (String name : text.toUpperCase(Locale.ROOT).split(":", -1)) {
            String group = OTHER_NAMES.getOrDefault(name, name);
            if (TlsNames.GROUPS.contains(group) && !groups.contains(group)) {
                groups.add(group);
            }
        }
        return List.copyOf(groups);
    }

    static Fate fate(String text, Fate usual) {
        List<String> groups = groups(text);
        if (groups.isEmpty()) {
            return Fate.refused("Ferrule's TLS engine has none of these; it has " + String.join(", ", TlsNames.GROUPS));
        }
        return groups.size() == text.split(":", -1).length ? Fate.HONOURED : usual;
    }
}
