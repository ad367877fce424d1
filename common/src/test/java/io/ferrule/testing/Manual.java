package io.ferrule.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The README and the pages below docs/, as text and as the fenced blocks in it, so that tests can hold them to the code. */
public final class Manual {
    private static final String FENCE = "```";

    private Manual() {}

    /**
     * A fenced block.
     *
     * @param page path below the repository's root
     * @param section the heading that it stands under, without its marks
     * @param info what follows the opening fence, such as {@code yaml server}
     * @param text its lines, each with its line break, without the indent of the fence
     */
    public record Block(String page, int line, String section, String info, String text) {
        /** Its lines, those that end with a backslash joined with the next. */
        public List<String> commands() {
            return text.replaceAll("\\\\\n\\s*", "")
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    /** The directory of the whole source. */
    public static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("LICENSE"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("no LICENSE above " + Path.of("").toAbsolutePath());
        }
        return directory;
    }

    /** Every page, by its path below the root. */
    public static List<String> pages() {
        try (Stream<Path> files = Files.walk(root().resolve("docs"))) {
            Stream<String> pages = files.filter(f -> f.toString().endsWith(".md"))
                    .map(f -> root().relativize(f).toString())
                    .sorted();
            return Stream.concat(Stream.of("README.md"), pages).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a page. */
    public static String page(String name) {
        try {
            return Files.readString(root().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All blocks of all pages whose info is {@code language}, or begins with it and a space. */
    public static List<Block> blocks(String language) {
        return pages().stream()
                .flatMap(page -> blocksOf(page).stream())
                .filter(b -> b.info().equals(language) || b.info().startsWith(language + " "))
                .toList();
    }

    /** All blocks of a page, in their order. */
    public static List<Block> blocksOf(String page) {
        List<Block> blocks = new ArrayList<>();
        String section = "";
        @Nullable Block open = null;
        int number = 0;
        for (String line : page(page).lines().toList()) {
            number++;
            if (open == null && line.startsWith("#")) {
                section = line.replaceFirst("#+ *", "");
            } else if (open == null && line.strip().startsWith(FENCE)) {
                String info = line.strip().substring(FENCE.length()).strip();
                open = new Block(page, number, section, info, "");
            } else if (open != null && line.strip().equals(FENCE)) {
                blocks.add(new Block(page, open.line, open.section, open.info, open.text.stripIndent()));
                open = null;
            } else if (open != null) {
                open = new Block(page, open.line, open.section, open.info, open.text + line + "\n");
            }
        }
        if (open != null) {
            throw new AssertionError(open + " is not closed");
        }
        return blocks;
    }
}
