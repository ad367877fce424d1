package io.ferrule.config;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One thing an operator can say, in three spellings: a flag, a YAML key and an environment variable. The command line, the
 * reader and the manual's table all follow from this registry.
 *
 * @param name such as {@code client-pin}; also the YAML key
 * @param placeholder what its value is, such as {@code ADDR}; empty for a switch, which is on or off
 * @param help one sentence, for the usage text and the manual
 * @param repeatable true if it takes several values
 * @param scope what it describes
 * @param secret true if no flag, log, page or problem may show its value
 * @param perName true if it may also be said of one server name alone
 * @param roles the programs that have it
 * @param defaults what holds if nobody says it, in words or as a value; a program without an entry has no default
 */
public record Option(
        String name,
        String placeholder,
        String help,
        boolean repeatable,
        Scope scope,
        boolean secret,
        boolean perName,
        Set<Role> roles,
        Map<Role, String> defaults) {
    /** Every environment variable of ours begins with this. */
    public static final String VARIABLE_PREFIX = "FERRULE_";

    /** What an option describes. */
    public enum Scope {
        /** The whole process. */
        PROCESS,
        /** One tunnel of perhaps many. */
        TUNNEL
    }

    public Option {
        roles = Set.copyOf(roles);
        defaults = Map.copyOf(defaults);
    }

    /** All options of both programs, in the order of the manual. */
    public static List<Option> all() {
        return OptionRegistry.ALL;
    }

    /** The options that a program has, in the order of the manual. */
    public static List<Option> forRole(Role role) {
        return all().stream().filter(o -> o.roles.contains(role)).toList();
    }

    /** The option of that name, of either program. */
    public static Optional<Option> byName(String name) {
        return all().stream().filter(o -> o.name.equals(name)).findFirst();
    }

    /** The spelling on the command line, such as {@code --client-pin}. */
    public String flag() {
        return "--" + name;
    }

    /** The spelling in the environment, such as {@code FERRULE_CLIENT_PIN}; several values are separated by commas. */
    public String variable() {
        return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The variable that names a file instead: a path's own, or one that holds the value, such as {@code FERRULE_PIN_FILE}. */
    public String fileVariable() {
        return variable() + "_FILE";
    }

    /**
     * The option that names a file with a secret; empty for what is no secret, and for {@code key-pem}, whose file is
     * {@code key}'s. Its variable is {@link #fileVariable()}.
     */
    public Optional<Option> fileTwin() {
        return secret && !isPem()
                ? Optional.of(new Option(
                        name + "-file",
                        "FILE",
                        "Reads " + name + " from this file, which must be its owner's alone.",
                        false,
                        scope,
                        false,
                        perName,
                        roles,
                        Map.of()))
                : Optional.empty();
    }

    /** True if its value is PEM text itself. */
    public boolean isPem() {
        return placeholder.equals("PEM");
    }

    /** What holds in a program if nobody says otherwise; empty if nothing does. */
    public String defaultText(Role role) {
        return defaults.getOrDefault(role, "");
    }

    /** True if the flag alone says it, without a value; elsewhere it is {@code true} or {@code false}. */
    public boolean isSwitch() {
        return placeholder.isEmpty();
    }

    /** True if its value is a path, which in a YAML file is relative to that file. */
    public boolean isPath() {
        return placeholder.equals("FILE") || placeholder.equals("DIRECTORY");
    }

    Option only(Role role) {
        return new Option(name, placeholder, help, repeatable, scope, secret, perName, Set.of(role), defaults);
    }

    Option many() {
        return new Option(name, placeholder, help, true, scope, secret, perName, roles, defaults);
    }

    Option hidden() {
        return new Option(name, placeholder, help, repeatable, scope, true, perName, roles, defaults);
    }

    Option named() {
        return new Option(name, placeholder, help, repeatable, scope, secret, true, roles, defaults);
    }

    Option or(String text) {
        return or(text, text);
    }

    /** The defaults of the server and of the client; an empty one is none. */
    Option or(String server, String client) {
        Map<Role, String> texts = new EnumMap<>(Role.class);
        texts.put(Role.SERVER, server);
        texts.put(Role.CLIENT, client);
        texts.keySet().retainAll(roles);
        return new Option(name, placeholder, help, repeatable, scope, secret, perName, roles, texts);
    }
}
