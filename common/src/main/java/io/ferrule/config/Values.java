package io.ferrule.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings as typed values. Whatever cannot be read becomes a problem at its place, and reading goes on with the
 * default, so that one pass finds every problem.
 */
final class Values {
    private static final int LONGEST = 4096;

    private final Role role;
    private final Settings settings;
    private final List<Problem> problems;

    Values(Role role, Settings settings, List<Problem> problems) {
        this.role = role;
        this.settings = settings;
        this.problems = problems;
    }

    /** True if somebody said it, be it readable or not. */
    boolean has(String name) {
        return settings.has(name);
    }

    /** Tells of a problem where that option was said. */
    void problem(String name, String message) {
        problems.add(settings.find(name).orElseThrow().problem(message));
    }

    /** Every readable value of an option; empty if nobody said it. */
    <T> List<T> list(String name, Function<String, T> parser) {
        return each(name, text -> parser.apply(printable(text)));
    }

    /** Every path, absolute; empty if nobody said it. */
    List<Path> paths(String name) {
        return list(name, Values::absolute);
    }

    /** A word that nobody may see; null if nobody said it, or said it unreadably. */
    @Nullable
    Secret secret(String name) {
        return optional(name, Secret::new);
    }

    /** PEM text; null if nobody said it, or said it unreadably. Problems quote nothing of it. */
    @Nullable
    String pem(String name) {
        List<String> texts = each(name, PemText::parse);
        return texts.isEmpty() ? null : texts.get(0);
    }

    private <T> List<T> each(String name, Function<String, T> parser) {
        Option option = option(name);
        List<T> all = new ArrayList<>();
        settings.find(option.name()).ifPresent(setting -> {
            for (Setting.Value value : setting.values()) {
                try {
                    all.add(parser.apply(value.text()));
                } catch (IllegalArgumentException e) {
                    problems.add(setting.problem(value, String.valueOf(e.getMessage())));
                }
            }
        });
        return all;
    }

    /** The value of an option; null if nobody said it, or said it unreadably. */
    <T> @Nullable T optional(String name, Function<String, T> parser) {
        List<T> values = list(name, parser);
        return values.isEmpty() ? null : values.get(0);
    }

    /** The value of an option, or its default. */
    <T> T required(String name, Function<String, T> parser) {
        T value = optional(name, parser);
        return value != null ? value : parser.apply(option(name).defaultText(role));
    }

    /** A path, absolute, so that it means the same whoever reads it later; null if nobody said it. */
    @Nullable
    Path path(String name) {
        return optional(name, Values::absolute);
    }

    /** True if a switch is on. */
    boolean isOn(String name) {
        return required(name, Values::onOrOff);
    }

    /** A whole number between two bounds. */
    int count(String name, int least, int most) {
        return required(name, text -> {
            String t = text.strip();
            if (!t.matches("\\d{1,9}") || Integer.parseInt(t) < least || Integer.parseInt(t) > most) {
                throw new IllegalArgumentException(
                        Quoted.of(text) + " is not a whole number from " + least + " to " + most);
            }
            return Integer.parseInt(t);
        });
    }

    /** One constant of an enum by its name in lower case. */
    <E extends Enum<E>> E oneOf(String name, Class<E> type) {
        List<String> names = labels(type);
        return required(name, text -> {
            int index = names.indexOf(text.strip());
            if (index < 0) {
                throw new IllegalArgumentException(
                        Quoted.of(text) + " is not one of " + String.join(", ", names) + Nearest.hint(text, names));
            }
            return type.getEnumConstants()[index];
        });
    }

    /** How the constants of an enum are written. */
    static <E extends Enum<E>> List<String> labels(Class<E> type) {
        List<String> labels = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            labels.add(constant.name().toLowerCase(Locale.ROOT));
        }
        return labels;
    }

    private Option option(String name) {
        return Option.forRole(role).stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(role + " has no option " + name));
    }

    private static String printable(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("it is empty");
        }
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(Quoted.of(text) + " is longer than " + LONGEST + " characters");
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(Quoted.of(text) + " holds a control character");
        }
        return text;
    }

    private static boolean onOrOff(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(Quoted.of(text) + " is not true or false");
        };
    }

    /**
     * Text as a path, absolute.
     *
     * @throws IllegalArgumentException if none can be written so
     */
    static Path absolute(String text) {
        try {
            return Path.of(text).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not a path", e);
        }
    }
}
