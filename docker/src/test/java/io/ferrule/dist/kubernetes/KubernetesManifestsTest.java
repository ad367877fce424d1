package io.ferrule.dist.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.LeftOut;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever can be applied from docker/kubernetes is what Kubernetes, the strictest clusters and our programs accept. */
class KubernetesManifestsTest {
    static List<Kustomization> applicable() {
        return Kustomization.applicable();
    }

    @Test
    void thereIsASidecarOfRedisOneOfAnApplicationAndAGateway() {
        assertThat(applicable()).extracting(Kustomization::toString).contains("redis", "application", "gateway");
        assertThat(of("redis", "StatefulSet").ferrules()).singleElement().satisfies(this::isSidecar);
        assertThat(of("application", "Deployment").ferrules()).singleElement().satisfies(this::isSidecar);
        assertThat(of("gateway", "Deployment").containers()).singleElement().satisfies(c -> assertThat(c.isFerrule())
                .isTrue());
    }

    private void isSidecar(Pod.Container container) {
        assertThat(container.pod().spec().at("initContainers").items()).contains(container.tree());
        assertThat(container.tree().at("restartPolicy").text()).isEqualTo("Always");
    }

    private static Pod of(String folder, String kind) {
        return Kustomization.of(Kustomization.ROOT.resolve(folder)).written().stream()
                .filter(m -> m.kind().equals(kind))
                .findFirst()
                .orElseThrow()
                .pod()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("applicable")
    void whatIsWrittenIsAccepted(Kustomization kustomization) {
        assertAccepted(kustomization.written());
    }

    @ParameterizedTest
    @MethodSource("applicable")
    void whatKustomizeMakesOfItIsAccepted(Kustomization kustomization) {
        List<Manifest> rendered = kustomization
                .rendered()
                .orElseThrow(
                        () -> LeftOut.skip("rendering " + kustomization, "no kubectl with kustomize 5 is installed"));
        assertAccepted(rendered);
        assertThat(names(rendered.stream())).isEqualTo(names(kustomization.written().stream()));
    }

    /** The ConfigMaps' names have got hashes. */
    private static List<String> names(Stream<Manifest> manifests) {
        return manifests
                .map(m -> m.kind() + " "
                        + (m.kind().equals("ConfigMap") ? m.name().replaceFirst("-[a-z0-9]{10}$", "") : m.name()))
                .sorted()
                .toList();
    }

    private static void assertAccepted(List<Manifest> manifests) {
        assertThat(manifests).isNotEmpty();
        assertThat(manifests).allSatisfy(m -> assertThat(KubernetesTypes.mistakes(m.tree()))
                .as("%s", m)
                .isEmpty());
        assertThat(PodRules.problems(manifests)).isEmpty();
        assertThat(NetworkRules.problems(manifests)).isEmpty();
    }

    @Test
    void noSecretIsAmongThem() {
        assertThat(applicable().stream().flatMap(k -> k.written().stream()))
                .noneMatch(m -> m.kind().equals("Secret"));
    }
}
