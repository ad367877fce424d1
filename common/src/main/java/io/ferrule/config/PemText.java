package io.ferrule.config;

/** PEM text that is itself the value of an option. What it holds is read elsewhere. */
final class PemText {
    private static final int LONGEST = 64 << 10;

    private PemText() {}

    /**
     * The text with real line breaks: where variables cannot hold any, they are often written {@code \\n}.
     *
     * @throws IllegalArgumentException with a sentence for the operator that quotes nothing
     */
    static String parse(String text) {
        String lines = text.replace("\\r", "").replace("\\n", "\n");
        if (lines.length() > LONGEST) {
            throw new IllegalArgumentException("it is longer than 64 KiB: name a file instead");
        }
        if (lines.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t')) {
            throw new IllegalArgumentException("it holds a control character, and so is no PEM text");
        }
        if (!lines.contains("-----BEGIN ")) {
            throw new IllegalArgumentException(
                    "it is no PEM text; name a file with certificate or key, or give its whole content");
        }
        return lines.strip() + "\n";
    }
}
