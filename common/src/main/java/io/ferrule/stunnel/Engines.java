package io.ferrule.stunnel;

import io.ferrule.config.Secret;
import io.ferrule.stunnel.StunnelConfig.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engines and providers that are named before the first section, as far as they have been read. Those for PKCS#11 tokens become
 * what is known of the tokens; the others only make OpenSSL faster, or are refused.
 */
final class Engines {
    /** Engines whose keys are in tokens, and the providers for the same. */
    private static final Set<String> TOKENS = Set.of("pkcs11", "pkcs11prov");

    /** Engines without keys: random numbers, and operations in hardware. */
    private static final Set<String> FASTER = Set.of("auto", "rdrand", "padlock", "afalg", "devcrypto", "cryptodev");

    /** Commands that say how the engine itself is found, or how much it tells. */
    private static final Set<String> OF_THE_ENGINE = Set.of(
            "SO_PATH", "LIST_ADD", "DIR_LOAD", "DIR_ADD", "NO_VCHECK", "LOAD", "VERBOSE", "QUIET", "FORCE_LOGIN");

    private static final Fate SPEED =
            Fate.notice("OpenSSL is not used; what it would make faster, Ferrule's TLS engine has from the processor");

    private final StunnelLog log;
    private final List<Draft> engines = new ArrayList<>();
    private final List<Draft> providers = new ArrayList<>();

    Engines(StunnelLog log) {
        this.log = log;
    }

    private static final class Draft {
        private String id;
        private @Nullable Path module;
        private @Nullable Secret pin;
        private boolean initialized;

        Draft(String id) {
            this.id = id;
        }

        Engine finish() {
            return new Engine(id, module, pin);
        }
    }

    static Fate engine(String value) {
        return switch (value) {
            case "pkcs11" -> Fate.HONOURED;
            case "dynamic" -> Fate.differs("it has to be pkcs11 that is loaded: engineCtrl = ID:pkcs11");
            default ->
                FASTER.contains(value)
                        ? SPEED
                        : Fate.refused("of engines there is pkcs11, for keys in PKCS#11 tokens; it cannot be " + value);
        };
    }

    static Fate provider(String value) {
        if (TOKENS.contains(value)) {
            return Fate.HONOURED;
        }
        return value.equals("default") || value.equals("base")
                ? Fate.notice("OpenSSL is not used")
                : Fate.refused("of providers there is pkcs11, for keys in PKCS#11 tokens; it cannot be " + value);
    }

    /** Takes a line about an engine or a provider. */
    void set(String option, String value) throws Refusal {
        switch (option) {
            case "engine" -> open(value);
            case "enginectrl" -> control(last(), value);
            case "enginedefault" -> {
                last();
                log.log(6, "ui", "Engine " + number() + " set as default for " + value);
            }
            case "provider" -> {
                if (TOKENS.contains(value)) {
                    providers.add(new Draft(value));
                }
            }
            default -> parameter(value);
        }
    }

    private void open(String id) throws Refusal {
        if (engine(id).treatment() == Fate.Treatment.REFUSED) {
            throw new Refusal("Failed to open the engine", engine(id).sentence());
        }
        initialize();
        log.log(7, "ui", "Enabling support for engine \"" + id + "\"");
        if (id.equals("auto")) {
            return; // it has no number
        }
        engines.add(new Draft(id));
        log.log(6, "ui", "Logging not supported by engine " + number());
        log.log(
                TOKENS.contains(id) ? 5 : 6,
                "ui",
                "UI " + (TOKENS.contains(id) ? "set for" : "not supported by") + " engine " + number());
    }

    private Draft last() throws Refusal {
        if (engines.isEmpty()) {
            throw new Refusal("No engine was defined", "write engine = pkcs11 before it");
        }
        return engines.get(engines.size() - 1);
    }

    private String number() throws Refusal {
        return "#" + engines.size() + " (" + last().id + ")";
    }

    private void control(Draft engine, String value) throws Refusal {
        int colon = value.indexOf(':');
        String command = (colon < 0 ? value : value.substring(0, colon)).toUpperCase(Locale.ROOT);
        String argument = colon < 0 ? "" : value.substring(colon + 1);
        if (command.equals("INIT")) {
            initialize();
            return;
        }
        log.log(7, "ui", "Executing engine control command " + (command.equals("PIN") ? "PIN:…" : value));
        switch (command) {
            case "MODULE_PATH" -> engine.module = Words.file(argument);
            case "PIN" -> engine.pin = new Secret(argument);
            case "ID" -> engine.id = argument;
            default -> {
                if (!OF_THE_ENGINE.contains(command)) {
                    throw new Refusal(
                            "Failed to execute the engine control command", "there are MODULE_PATH:FILE and PIN:PIN");
                }
            }
        }
    }

    /** The real one says so when it comes to the next engine, or to the end. */
    private void initialize() throws Refusal {
        if (!engines.isEmpty() && !last().initialized) {
            last().initialized = true;
            log.log(7, "ui", "Initializing engine " + number());
            log.log(6, "ui", "Engine " + number() + " initialized");
        }
    }

    private void parameter(String value) throws Refusal {
        int colon = value.indexOf(':');
        int equals = value.indexOf('=', colon + 1);
        String id = colon < 0 ? "" : value.substring(0, colon);
        Draft provider = providers.stream()
                .filter(each -> each.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        "Failed to set the provider parameter",
                        "write provider = pkcs11 before it, and ID:NAME=VALUE"));
        String name = equals < 0 ? "" : value.substring(colon + 1, equals);
        String text = equals < 0 ? "" : value.substring(equals + 1);
        switch (name) {
            case "pkcs11_module", "pkcs11-module-path" -> provider.module = Words.file(text);
            case "pin", "pkcs11-module-token-pin" -> provider.pin = new Secret(text);
            case "debug_level",
                    "force_login",
                    "pkcs11-module-load-behavior" -> {} // how much it tells, and when it begins
            default ->
                throw new Refusal(
                        "Failed to set the provider parameter",
                        "there are pkcs11_module=FILE and pin=PIN, or pkcs11-module-path=FILE and"
                                + " pkcs11-module-token-pin=PIN");
        }
    }

    /**
     * All of them, engines first.
     *
     * @throws Refusal if one is another than it said first
     */
    List<Engine> finish() throws Refusal {
        for (Draft each : engines) {
            if (!FASTER.contains(each.id) && !TOKENS.contains(each.id)) {
                throw new Refusal(
                        "Engine initialization failed", engine(each.id).sentence());
            }
        }
        initialize();
        List<Engine> all = new ArrayList<>(engines.stream().map(Draft::finish).toList());
        providers.forEach(each -> all.add(each.finish()));
        return all;
    }

    /** As {@code engineId} names it; null if it is only for speed. */
    @Nullable
    Engine named(String id) throws Refusal {
        return chosen(engines.stream()
                .filter(each -> each.id.equals(id))
                .findFirst()
                .orElseThrow(() ->
                        new Refusal("Engine ID not found", "write engine = " + id + " before the first section")));
    }

    /** As {@code engineNum} counts them, from 1; null if it is only for speed. */
    @Nullable
    Engine numbered(String text) throws Refusal {
        long number = Words.number(text, "Illegal engine number");
        if (number < 1 || number > engines.size()) {
            throw new Refusal("Illegal engine number", "there are " + engines.size() + " before the first section");
        }
        return chosen(engines.get((int) number - 1));
    }

    private static @Nullable Engine chosen(Draft engine) {
        return TOKENS.contains(engine.id) ? engine.finish() : null;
    }

    /** The first provider of tokens; null if there is none. */
    @Nullable
    Engine provider() {
        return providers.isEmpty() ? null : providers.get(0).finish();
    }
}
