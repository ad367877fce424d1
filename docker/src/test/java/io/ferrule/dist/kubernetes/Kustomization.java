package io.ferrule.dist.kubernetes;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Manual;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder with a kustomization.yaml: what it names, and what it makes. */
record Kustomization(Path folder, Tree tree) {
    static final Path ROOT = Manual.root().resolve("docker/kubernetes");

    /** All below docker/kubernetes, components too. */
    static List<Kustomization> all() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(f -> f.endsWith("kustomization.yaml"))
                    .sorted()
                    .map(f -> of(f.resolveSibling("")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that {@code kubectl apply -k} takes. */
    static List<Kustomization> applicable() {
        return all().stream()
                .filter(k -> k.tree.at("kind").text().equals("Kustomization"))
                .toList();
    }

    static Kustomization of(Path folder) {
        return new Kustomization(
                folder, Tree.read(folder.resolve("kustomization.yaml")).get(0));
    }

    List<Path> resources() {
        return paths(tree.at("resources"));
    }

    List<Path> components() {
        return paths(tree.at("components"));
    }

    List<Patch> patches() {
        return tree.at("patches").items().stream()
                .map(patch -> {
                    Path file = folder.resolve(patch.at("path").text());
                    return new Patch(file, patch.at("target"), Tree.read(file).get(0));
                })
                .toList();
    }

    /** Configuration files of ours, which become ConfigMaps. */
    List<Path> configurations() {
        return tree.at("configMapGenerator").items().stream()
                .flatMap(map -> map.at("files").texts().stream())
                .map(folder::resolve)
                .toList();
    }

    /** What the files say, patches applied: all that kustomize would make of it but for hashes, namespaces and image tags. */
    List<Manifest> written() {
        return written(List.of());
    }

    /** On top of what is there already; a component changes that too. */
    private List<Manifest> written(List<Manifest> there) {
        List<Manifest> all = new ArrayList<>(there);
        for (Path path : resources()) {
            if (Files.isDirectory(path)) {
                all.addAll(of(path).written());
            } else {
                String from = ROOT.relativize(path).toString();
                Tree.read(path).forEach(manifest -> all.add(new Manifest(from, manifest)));
            }
        }
        for (Tree map : tree.at("configMapGenerator").items()) {
            Manifest made = configMap(map);
            all.removeIf(m -> m.kind().equals(made.kind()) && m.name().equals(made.name()));
            all.add(made);
        }
        for (Path component : components()) {
            List<Manifest> changed = of(component).written(all);
            all.clear();
            all.addAll(changed);
        }
        patches().forEach(patch -> all.replaceAll(patch::on));
        return all;
    }

    private Manifest configMap(Tree generator) {
        Map<String, Object> texts = new LinkedHashMap<>();
        generator.at("files").texts().forEach(file -> texts.put(file, text(folder.resolve(file))));
        Object metadata = Map.of("name", generator.at("name").text());
        return new Manifest(
                toString(),
                new Tree(Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata, "data", texts)));
    }

    /** What kustomize makes of it; empty where no kubectl is that knows components (kustomize 5, kubectl 1.27). */
    Optional<List<Manifest>> rendered() {
        if (!kubectlRenders()) {
            return Optional.empty();
        }
        String yaml =
                CommandResult.of("kubectl", "kustomize", folder.toString()).orFail();
        return Optional.of(Tree.read(toString(), yaml).stream()
                .map(tree -> new Manifest(this + " (rendered)", tree))
                .toList());
    }

    private static boolean kubectlRenders() {
        return CommandResult.find("kubectl").isPresent()
                && CommandResult.of("kubectl", "version", "--client").output().contains("Kustomize Version: v5.");
    }

    private List<Path> paths(Tree list) {
        return list.texts().stream()
                .map(path -> folder.resolve(path).normalize())
                .toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return ROOT.relativize(folder).toString();
    }
}
