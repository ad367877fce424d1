package io.ferrule.dist.kubernetes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A strategic merge patch, as far as ours use it: objects are merged field by field, lists whose items have names item by item,
 * everything else is replaced (kubernetes.io, "Update API Objects in Place Using kubectl patch").
 *
 * @param target what it is for
 * @param change what is to be merged into that
 */
record Patch(Path file, Tree target, Tree change) {
    /** The manifest, patched if it is the target. */
    Manifest on(Manifest manifest) {
        return isFor(manifest)
                ? new Manifest(
                        manifest.from() + " with " + file.getFileName(), new Tree(merged(manifest.tree(), change)))
                : manifest;
    }

    boolean isFor(Manifest manifest) {
        return manifest.kind().equals(target.at("kind").text())
                && manifest.name().equals(target.at("name").text());
    }

    private static Object merged(Tree old, Tree change) {
        if (change.value() instanceof Map<?, ?> && old.value() instanceof Map<?, ?>) {
            Map<String, Object> all = new LinkedHashMap<>();
            old.entries().forEach((key, value) -> all.put(key, merged(value, change.at(key))));
            change.entries().forEach((key, value) -> all.putIfAbsent(key, merged(value, new Tree(null))));
            return all;
        }
        if (named(change) && named(old)) {
            List<Object> all = new ArrayList<>();
            old.items().forEach(item -> all.add(merged(item, byName(change, item))));
            change.items().stream()
                    .filter(item -> !byName(old, item).isThere())
                    .forEach(item -> all.add(merged(item, new Tree(null))));
            return all;
        }
        Object value = change.isThere() ? change.value() : old.value();
        return Objects.requireNonNull(value, "a patch of ours takes nothing away");
    }

    private static boolean named(Tree list) {
        return !list.items().isEmpty()
                && list.items().stream().allMatch(i -> i.at("name").isThere());
    }

    private static Tree byName(Tree list, Tree item) {
        return list.items().stream()
                .filter(i -> i.at("name").equals(item.at("name")))
                .findFirst()
                .orElse(new Tree(null));
    }
}
