package io.ferrule.bench.report;

import java.util.Locale;
import java.util.Optional;

/** How numbers are written. */
final class Figures {
    private Figures() {}

    /** Three digits that count, and no more than the integer part of large numbers. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    /** Without zeros at the end. */
    static String plain(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }

    static String ratio(Spread spread) {
        return String.format(Locale.ROOT, "**%.2f** (%.2f..%.2f)", spread.median(), spread.least(), spread.greatest());
    }

    static String spread(Spread spread) {
        return "**" + number(spread.median()) + "** (" + number(spread.least()) + ".." + number(spread.greatest())
                + ")";
    }

    static String orDash(Optional<String> text) {
        return text.orElse("–");
    }
}
