package io.ferrule.config;

/** Makes text that anybody may have written fit for a line of a terminal or a log. */
final class Quoted {
    private static final int LONGEST = 60;

    private Quoted() {}

    /** The text in quotes, cut where it is long, with control characters spelled out. */
    static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isISOControl(c)) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append(text.codePointCount(0, text.length()) > LONGEST ? "…\"" : "\"")
                .toString();
    }
}
