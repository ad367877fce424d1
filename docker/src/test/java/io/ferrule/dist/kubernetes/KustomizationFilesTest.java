package io.ferrule.dist.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Manual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kustomization names what is there, and no file below docker/kubernetes is forgotten by all of them. */
class KustomizationFilesTest {
    private static final Map<String, String> VERSIONS = Map.of(
            "Kustomization", "kustomize.config.k8s.io/v1beta1",
            "Component", "kustomize.config.k8s.io/v1alpha1");

    static List<Kustomization> all() {
        return Kustomization.all();
    }

    @Test
    void everyFileIsNamedByTheKustomizationBesideIt() throws IOException {
        Set<Path> named = all().stream()
                .flatMap(k -> Stream.of(
                        k.resources(),
                        patchFiles(k),
                        k.configurations(),
                        List.of(k.folder().resolve("kustomization.yaml"))))
                .flatMap(List::stream)
                .filter(Files::isRegularFile)
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(Kustomization.ROOT)) {
            assertThat(files.filter(Files::isRegularFile)).allMatch(named::contains);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void kustomizationIsOneThatKustomizeReads(Kustomization kustomization) {
        Tree tree = kustomization.tree();
        assertThat(tree.at("apiVersion").text())
                .isEqualTo(VERSIONS.get(tree.at("kind").text()));
        assertThat(tree.entries().keySet())
                .isSubsetOf(
                        "apiVersion",
                        "kind",
                        "namespace",
                        "resources",
                        "components",
                        "configMapGenerator",
                        "images",
                        "patches");
        assertThat(Stream.of(
                                kustomization.resources(),
                                kustomization.components(),
                                patchFiles(kustomization),
                                kustomization.configurations())
                        .flatMap(List::stream))
                .allMatch(Files::exists)
                .doesNotHaveDuplicates();
        assertThat(kustomization.components())
                .allMatch(c -> Kustomization.of(c).tree().at("kind").text().equals("Component"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void patchFindsItsTargetAndTheContainersInIt(Kustomization kustomization) {
        List<Manifest> there = Kustomization.applicable().stream()
                .flatMap(k -> k.written().stream())
                .toList();
        assertThat(kustomization.patches()).allSatisfy(patch -> {
            Manifest change = new Manifest(patch.file().toString(), patch.change());
            assertThat(patch.isFor(change)).isTrue();
            assertThat(there).filteredOn(patch::isFor).isNotEmpty().allSatisfy(m -> assertThat(containers(m))
                    .containsAll(containers(change)));
        });
    }

    @Test
    void foldersThatTheManualAppliesAreThereAndMakeItsNamespace() {
        List<String> commands = Manual.blocksOf("docs/kubernetes.md").stream()
                .filter(b -> b.info().equals("sh"))
                .flatMap(b -> b.commands().stream())
                .toList();
        assertThat(commands)
                .filteredOn(c -> c.contains("docker/kubernetes/"))
                .isNotEmpty()
                .allSatisfy(c -> {
                    Path folder = Manual.root().resolve(c.replaceFirst(".* ", ""));
                    assertThat(Kustomization.of(folder).tree().at("namespace").text())
                            .isEqualTo("shop");
                });
        assertThat(commands)
                .filteredOn(c -> c.contains("--namespace"))
                .isNotEmpty()
                .allMatch(c -> c.startsWith("kubectl --namespace shop "));
    }

    private static List<Path> patchFiles(Kustomization kustomization) {
        return kustomization.patches().stream().map(Patch::file).toList();
    }

    private static Set<String> containers(Manifest manifest) {
        Set<String> names = new HashSet<>();
        Tree spec = manifest.tree().at("spec", "template", "spec");
        for (String list : List.of("initContainers", "containers")) {
            spec.at(list)
                    .items()
                    .forEach(c -> names.add(list + "/" + c.at("name").text()));
        }
        return names;
    }
}
