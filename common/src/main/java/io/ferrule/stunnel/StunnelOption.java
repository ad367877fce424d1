package io.ferrule.stunnel;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An option of stunnel's configuration file, and what becomes of it here.
 *
 * @param name as stunnel's manual spells it; case does not matter in a file
 * @param syntax its values and meaning, as {@code stunnel -help} has it
 * @param standard what holds without it; empty if nothing does
 * @param usual what becomes of any value that {@code special} does not name
 * @param special what becomes of some values, by the value in lower case
 */
public record StunnelOption(
        Scope scope, String name, String syntax, String standard, Fate usual, Map<String, Fate> special) {

    /** Where an option may stand. */
    public enum Scope {
        /** Before the first section only. */
        GLOBAL,
        /** In a section, or before the first as a default for all. */
        SERVICE
    }

    /** One with the same fate for all values. */
    static StunnelOption of(Scope scope, String name, String syntax, String standard, Fate fate) {
        return new StunnelOption(scope, name, syntax, standard, fate, Map.of());
    }

    /** One with a value that has its effect, whatever becomes of others. */
    static StunnelOption of(Scope scope, String name, String syntax, String standard, Fate fate, String harmless) {
        return new StunnelOption(scope, name, syntax, standard, fate, Map.of(harmless, Fate.HONOURED));
    }

    /** All, in the order of {@code stunnel -help}: those for the process first. */
    public static List<StunnelOption> all() {
        return OptionTable.ALL;
    }

    /** The option of this name, in whatever case; aliases lead to their option. */
    public static Optional<StunnelOption> named(String name) {
        return Optional.ofNullable(OptionTable.BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /** What becomes of it with this value. */
    public Fate fate(String value) {
        return OptionTable.fate(this, value.strip());
    }
}
