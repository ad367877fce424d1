package io.ferrule.dist.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A place in a YAML document. What is not there is a place with nothing in it, so that paths need no questions on the way. */
record Tree(@Nullable Object value) {
    private static final Tree NOTHING = new Tree(null);

    /** All documents of a text. */
    static List<Tree> read(String label, String yaml) {
        Load load = new Load(LoadSettings.builder().setLabel(label).build());
        return StreamSupport.stream(load.loadAllFromString(yaml).spliterator(), false)
                .map(Tree::new)
                .toList();
    }

    /** All documents of a file. */
    static List<Tree> read(Path file) {
        try {
            return read(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tree at(String... keys) {
        Tree place = this;
        for (String key : keys) {
            place = place.value instanceof Map<?, ?> map ? new Tree(map.get(key)) : NOTHING;
        }
        return place;
    }

    /** The items of a list; none if it is no list. */
    List<Tree> items() {
        return value instanceof List<?> list ? list.stream().map(Tree::new).toList() : List.of();
    }

    /** The items of a list of texts. */
    List<String> texts() {
        return items().stream().map(Tree::text).toList();
    }

    Map<String, Tree> entries() {
        Map<String, Tree> entries = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, v) -> entries.put(String.valueOf(key), new Tree(v)));
        }
        return entries;
    }

    Map<String, String> textEntries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries().forEach((key, v) -> entries.put(key, v.text()));
        return entries;
    }

    boolean isThere() {
        return value != null;
    }

    boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    boolean isFalse() {
        return Boolean.FALSE.equals(value);
    }

    /** The scalar as it would be written; empty if nothing is there. */
    String text() {
        return value == null ? "" : value.toString();
    }

    /** A whole number; {@code otherwise} if nothing is there. */
    long number(long otherwise) {
        return value instanceof Number number ? number.longValue() : otherwise;
    }
}
