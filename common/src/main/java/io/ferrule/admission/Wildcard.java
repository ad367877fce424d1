package io.ferrule.admission;

import java.util.Arrays;
import java.util.List;

/**
 * A pattern in which {@code *} stands for any run of characters. It takes time in proportion to the text, whatever the pattern: the
 * text is a stranger's (Knuth, Morris and Pratt, 1977).
 */
final class Wildcard {
    private final String first;
    private final List<Piece> middle;
    private final String last;
    private final boolean open;

    Wildcard(String pattern) {
        String[] pieces = pattern.split("\\*", -1);
        this.open = pieces.length > 1;
        this.first = pieces[0];
        this.last = pieces[pieces.length - 1];
        this.middle = Arrays.stream(pieces, 1, Math.max(1, pieces.length - 1))
                .filter(piece -> !piece.isEmpty())
                .map(Piece::of)
                .toList();
    }

    /** True if the whole text is one that the pattern stands for; case matters. */
    boolean matches(String text) {
        if (!open) {
            return text.equals(first);
        }
        int end = text.length() - last.length();
        if (first.length() > end || !text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        int at = first.length();
        for (Piece piece : middle) {
            at = piece.endIn(text, at, end);
            if (at < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * What stands between two stars.
     *
     * @param borders for each of its beginnings, how much of it the next attempt can keep
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(String text, int[] borders) {
        static Piece of(String text) {
            int[] borders = new int[text.length()];
            int kept = 0;
            for (int i = 1; i < text.length(); i++) {
                kept = next(text, borders, kept, text.charAt(i));
                borders[i] = kept;
            }
            return new Piece(text, borders);
        }

        /** Where its first occurrence between two places ends; -1 if there is none. */
        int endIn(String other, int from, int to) {
            int kept = 0;
            for (int i = from; i < to; i++) {
                kept = next(text, borders, kept, other.charAt(i));
                if (kept == text.length()) {
                    return i + 1;
                }
            }
            return -1;
        }

        private static int next(String text, int[] borders, int matched, char c) {
            int kept = matched;
            while (kept > 0 && text.charAt(kept) != c) {
                kept = borders[kept - 1];
            }
            return text.charAt(kept) == c ? kept + 1 : kept;
        }
    }
}
