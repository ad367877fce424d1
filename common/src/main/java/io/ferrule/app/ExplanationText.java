package io.ferrule.app;

import io.ferrule.tunnel.Explanation;
import java.util.List;

/** An {@link Explanation} as text for a terminal. */
final class ExplanationText {
    private static final int COLUMNS = 100;

    private ExplanationText() {}

    static String of(List<Explanation> tunnels) {
        StringBuilder text = new StringBuilder();
        for (Explanation tunnel : tunnels) {
            text.append(text.isEmpty() ? "" : "\n")
                    .append("tunnel ")
                    .append(tunnel.tunnel())
                    .append(": ")
                    .append(tunnel.summary())
                    .append('\n');
            for (Explanation.Part part : tunnel.parts()) {
                text.append('\n').append(part.heading()).append('\n');
                part.sentences().forEach(sentence -> wrap(text, sentence));
            }
        }
        return text.toString();
    }

    /** A word that is longer than a line, such as a path, is left whole. */
    private static void wrap(StringBuilder text, String sentence) {
        int column = 0;
        for (String word : sentence.split(" ", -1)) {
            if (column == 0) {
                text.append("  - ");
                column = 4;
            } else if (column + 1 + word.length() > COLUMNS) {
                text.append("\n    ");
                column = 4;
            } else {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        text.append('\n');
    }
}
