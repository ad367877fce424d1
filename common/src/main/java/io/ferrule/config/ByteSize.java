package io.ferrule.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The spelling of sizes in bytes: {@code 131072}, {@code 64KiB}, {@code 1MiB}. */
public final class ByteSize {
    private static final int LARGEST = 1 << 30;
    private static final Pattern FORM = Pattern.compile("(\\d{1,10})\\s?(B|KiB|MiB|GiB)?");

    private record Unit(String suffix, int bytes) {}

    private static final List<Unit> UNITS =
            List.of(new Unit("GiB", 1 << 30), new Unit("MiB", 1 << 20), new Unit("KiB", 1 << 10));

    private ByteSize() {}

    /**
     * Reads a size of at most 1 GiB.
     *
     * @throws IllegalArgumentException with a sentence for the operator if it is none
     */
    public static int parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a size: write bytes, or a number with KiB or MiB, such as 64KiB");
        }
        String suffix = form.group(2);
        long unit = UNITS.stream()
                .filter(u -> u.suffix.equals(suffix))
                .mapToLong(Unit::bytes)
                .findFirst()
                .orElse(1);
        long number = Long.parseLong(form.group(1));
        if (number > LARGEST / unit) {
            throw new IllegalArgumentException("\"" + text + "\" is larger than " + text(LARGEST));
        }
        return (int) (number * unit);
    }

    /** The shortest spelling that {@link #parse} reads back. */
    public static String text(int bytes) {
        return UNITS.stream()
                .filter(u -> bytes != 0 && bytes % u.bytes == 0)
                .findFirst()
                .map(u -> bytes / u.bytes + u.suffix)
                .orElseGet(() -> Integer.toString(bytes));
    }
}
