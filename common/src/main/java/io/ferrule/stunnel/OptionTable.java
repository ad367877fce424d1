package io.ferrule.stunnel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All options together, and what becomes of values that are words of a language of their own. */
final class OptionTable {
    /**
     * Tried with Java 25 in an empty directory, by chroot(2) of the C library: connections went on, and a reload did. But the runtime
     * opens its own libraries when a class first needs them (libmanagement, libextnet, jspawnhelper): programs, pre-shared keys and
     * metrics then failed, each at its first use, and which library it is changes with the version and what is configured.
     */
    static final String CHROOT =
            "Java opens files of its own whenever it first needs them, which would be gone inside: in systemd's unit"
                    + " TemporaryFileSystem=/ with BindReadOnlyPaths= for Java, Ferrule and what the file names, or a container,"
                    + " shows the process no more than a chroot would";

    static final List<StunnelOption> ALL = all();
    static final Map<String, StunnelOption> BY_NAME = byName();

    private static final List<String> SUITES =
            List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256");

    private OptionTable() {}

    static Fate fate(StunnelOption option, String value) {
        return switch (option.name()) {
            case "options" -> TlsOptions.fate(value);
            case "protocol" -> Protocol.fate(value);
            case "engine" -> Engines.engine(value);
            case "provider" -> Engines.provider(value);
            case "OCSPflag" -> OcspFlags.fate(value);
            case "ciphers" -> CipherString.fate(value, option.usual());
            case "curves" -> CurveList.fate(value, option.usual());
            case "ciphersuites" -> ciphersuites(value, option.usual());
            case "retry" -> value.matches("(?i:no)|0+") ? Fate.HONOURED : option.usual();
            default -> option.special().getOrDefault(value.toLowerCase(Locale.ROOT), option.usual());
        };
    }

    /** Of an option by its name, which has to be one. */
    static Fate fate(String name, String value) {
        return StunnelOption.named(name).orElseThrow().fate(value);
    }

    private static Fate ciphersuites(String value, Fate usual) {
        List<String> wanted = List.of(value.toUpperCase(Locale.ROOT).split("[:, ]+", -1));
        if (wanted.stream().noneMatch(SUITES::contains)) {
            return Fate.refused("Ferrule's TLS engine has none of these; it has " + String.join(", ", SUITES));
        }
        return wanted.containsAll(SUITES) ? Fate.HONOURED : usual;
    }

    private static List<StunnelOption> all() {
        List<StunnelOption> all = new ArrayList<>(GlobalOptions.ALL);
        all.addAll(ServiceOptions.A_TO_O);
        all.addAll(ServiceOptions.P_TO_Z);
        return List.copyOf(all);
    }

    private static Map<String, StunnelOption> byName() {
        Map<String, StunnelOption> byName = new HashMap<>();
        for (StunnelOption option : ALL) {
            byName.put(option.name().toLowerCase(Locale.ROOT), option);
        }
        byName.put("curve", byName.get("curves"));
        byName.put("session", byName.get("sessioncachetimeout"));
        return Map.copyOf(byName);
    }
}
