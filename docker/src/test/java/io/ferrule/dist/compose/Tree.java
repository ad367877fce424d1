package io.ferrule.dist.compose;

import io.ferrule.testing.Manual;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A YAML or JSON text as maps, lists and values, with merge keys ({@code <<}) carried out. */
final class Tree {
    private Tree() {}

    /** Reads a file by its path below the repository's root. */
    static Map<String, Object> ofFile(String path) {
        try {
            return of(Files.readString(Manual.root().resolve(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> of(String text) {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(text);
        return map(merged(read));
    }

    /** What stands under a key, which must be there and a map. */
    static Map<String, Object> map(Map<String, Object> in, String key) {
        return map(in.get(key));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        if (!(value instanceof Map)) {
            throw new AssertionError("not a map: " + value);
        }
        return (Map<String, Object>) value;
    }

    /** What stands under a key, which must be a list of maps; none if the key is missing. */
    static List<Map<String, Object>> maps(Map<String, Object> in, String key) {
        return in.get(key) instanceof List<?> list
                ? list.stream().map(Tree::map).toList()
                : List.of();
    }

    /** Shows every entry of every map, at whatever depth. */
    static void visit(@Nullable Object value, BiConsumer<String, @Nullable Object> visitor) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> {
                visitor.accept(String.valueOf(key), child);
                visit(child, visitor);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(child -> visit(child, visitor));
        }
    }

    private static @Nullable Object merged(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Tree::merged).toList();
        }
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        if (map.get("<<") != null) {
            result.putAll(map(merged(map.get("<<"))));
        }
        map.forEach((key, child) -> {
            if (!"<<".equals(key)) {
                result.put(String.valueOf(key), merged(child));
            }
        });
        return result;
    }
}
