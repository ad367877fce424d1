package io.ferrule.dist.making;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes the markup of manual pages, the macros of man(7); whatever it is given as text comes out as that text. */
final class Roff {
    /** A hyphen that is typed as one, so that it can be copied out of the page: in options, names of files, pins. */
    private static final Pattern TYPED_HYPHEN = Pattern.compile("(?<![A-Za-z0-9])-|-(?=-)");

    private final StringBuilder text = new StringBuilder();

    /** Text with everything escaped that would mean something to roff. */
    static String escape(String plain) {
        String escaped = TYPED_HYPHEN
                .matcher(plain.replace("\\", "\\e"))
                .replaceAll("\\\\-")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti");
        String ascii = escaped.codePoints()
                .mapToObj(point -> point < 0x80 ? Character.toString(point) : "\\[u%04X]".formatted(point))
                .collect(Collectors.joining());
        return ascii.startsWith(".") ? "\\&" + ascii : ascii;
    }

    /** Bold text: what is typed as it stands. */
    static String bold(String plain) {
        return "\\fB" + escape(plain).replaceAll("(?<!\\\\)-", "\\\\-") + "\\fR";
    }

    /** Slanted text: what stands for something else. */
    static String slanted(String plain) {
        return "\\fI" + escape(plain) + "\\fR";
    }

    /** A macro with its arguments, each of which may hold spaces. */
    Roff macro(String name, String... arguments) {
        String quoted = Arrays.stream(arguments)
                .map(argument -> " \"" + escape(argument).replace("\"", "\\(dq") + "\"")
                .collect(Collectors.joining());
        return line("." + name + quoted);
    }

    Roff section(String title) {
        return macro("SH", title);
    }

    Roff subsection(String title) {
        return macro("SS", title);
    }

    /** A paragraph of plain text. */
    Roff paragraph(String plain) {
        return line(".P").text(escape(plain));
    }

    /** A term with what it means, below and indented. Both are markup. */
    Roff item(String term, String meaning) {
        return line(".TP").line(term).text(meaning);
    }

    /** Lines as they are, in a typewriter's letters. */
    Roff example(String plain) {
        line(".P").line(".RS 4").line(".nf");
        plain.lines().forEach(row -> line(escape(row).replaceAll("(?<!\\\\)-", "\\\\-")));
        return line(".fi").line(".RE");
    }

    /** Markup as running text. */
    Roff text(String markup) {
        return line(wrapped(markup));
    }

    /** A line of markup. */
    Roff line(String markup) {
        text.append(markup).append('\n');
        return this;
    }

    Roff append(Roff other) {
        text.append(other.text);
        return this;
    }

    /** Each sentence on a line of its own, and none longer than a reader of the source can bear. */
    private static String wrapped(String markup) {
        StringBuilder out = new StringBuilder();
        int column = 0;
        for (String word : markup.split(" +", -1)) {
            boolean fits = column + 1 + word.length() <= 76;
            if (column > 0) {
                out.append(fits ? ' ' : '\n');
            }
            column = column > 0 && fits ? column + 1 + word.length() : word.length();
            boolean leads = word.startsWith(".") || word.startsWith("'");
            out.append(leads ? "\\&" : "").append(word);
            if (word.matches(".*[a-z)][.:]")) {
                column = 999; // the next word begins a line
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
