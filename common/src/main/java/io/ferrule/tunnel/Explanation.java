package io.ferrule.tunnel;

import java.util.ArrayList;
import java.util.List;

/**
 * What a tunnel does and what it refuses, in plain words.
 *
 * @param tunnel its name
 * @param summary what comes in and what goes out, in a few words
 * @param parts in the order in which they are read; none is empty
 */
public record Explanation(String tunnel, String summary, List<Part> parts) {
    /** Sentences under a heading. */
    public record Part(String heading, List<String> sentences) {
        public Part {
            sentences = List.copyOf(sentences);
        }
    }

    public Explanation {
        parts = List.copyOf(parts);
    }

    /** The same with one part more, at the end. */
    public Explanation with(Part part) {
        List<Part> more = new ArrayList<>(parts);
        more.add(part);
        return new Explanation(tunnel, summary, more);
    }
}
