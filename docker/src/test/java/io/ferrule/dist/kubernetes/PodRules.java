package io.ferrule.dist.kubernetes;

import io.ferrule.config.Address;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.TunnelConfig;
import io.ferrule.dist.kubernetes.Pod.Container;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What our pods have to be beyond what Kubernetes asks: closed, bounded, and told what the programs understand. */
final class PodRules {
    private static final int OWNER_AND_GROUP_READ = 0440;

    private static final Set<List<String>> QUESTIONS =
            Set.of(List.of("/usr/bin/ferrule", "health"), List.of("/usr/bin/ferrule", "health", "live"));

    private final List<Manifest> manifests;
    private final List<String> problems = new ArrayList<>();

    private PodRules(List<Manifest> manifests) {
        this.manifests = manifests;
    }

    static List<String> problems(List<Manifest> manifests) {
        PodRules rules = new PodRules(manifests);
        manifests.forEach(m -> m.pod().ifPresent(rules::pod));
        return rules.problems;
    }

    private void pod(Pod pod) {
        problems.addAll(RestrictedRules.problems(pod));
        complainUnless(
                pod.spec().at("automountServiceAccountToken").isFalse(),
                pod,
                "automountServiceAccountToken is not false");
        complainUnless(pod.spec().at("enableServiceLinks").isFalse(), pod, "enableServiceLinks is not false");
        volumes(pod);
        pod.containers().forEach(this::container);
        pod.ferrules().forEach(this::ferrule);
    }

    private void container(Container container) {
        Tree tree = container.tree();
        complainUnless(
                tree.at("securityContext", "readOnlyRootFilesystem").isTrue(), container, "its root can be written");
        complainUnless(tree.at("resources", "requests", "cpu").isThere(), container, "no request of CPU");
        complainUnless(tree.at("resources", "requests", "memory").isThere(), container, "no request of memory");
        complainUnless(tree.at("resources", "limits", "memory").isThere(), container, "no limit of memory");
        complainUnless(tree.at("image").text().matches("[^:@]+:(?!latest$).+"), container, "its image has no version");
        boolean secretInEnvironment = tree.at("envFrom").isThere()
                || tree.at("env").items().stream()
                        .anyMatch(e -> e.at("valueFrom", "secretKeyRef").isThere());
        complainUnless(!secretInEnvironment, container, "a secret is in its environment");
    }

    private void volumes(Pod pod) {
        Set<String> named = new HashSet<>();
        Stream.concat(
                        pod.spec().at("volumes").items().stream().map(v -> v.at("name")),
                        pod.owner().tree().at("spec", "volumeClaimTemplates").items().stream()
                                .map(v -> v.at("metadata", "name")))
                .forEach(name -> named.add(name.text()));
        Set<String> mounted = new HashSet<>();
        pod.containers().forEach(c -> c.tree()
                .at("volumeMounts")
                .items()
                .forEach(m -> mounted.add(m.at("name").text())));
        complainUnless(named.equals(mounted), pod, "volumes " + named + " are not the mounts " + mounted);
        for (Tree volume : pod.spec().at("volumes").items()) {
            String map = volume.at("configMap", "name").text();
            complainUnless(map.isEmpty() || hasConfigMap(map), pod, "there is no ConfigMap " + map);
            if (volume.at("secret").isThere()) {
                complainUnless(
                        volume.at("secret", "defaultMode").number(-1) == OWNER_AND_GROUP_READ,
                        pod,
                        "the key's mode is not 0440");
                complainUnless(
                        pod.spec().at("securityContext", "fsGroup").isThere(),
                        pod,
                        "no fsGroup, so nobody reads the key");
            }
        }
    }

    private void ferrule(Container container) {
        complainUnless(!container.tree().at("command").isThere(), container, "command replaces the image's own");
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            Tree tree = container.tree().at(probe);
            complainUnless(
                    tree.isThere()
                            ? QUESTIONS.contains(tree.at("exec", "command").texts())
                            : probe.equals("readinessProbe"),
                    container,
                    probe + " asks nothing that ferrule answers");
        }
        if (isSidecar(container)) {
            complainUnless(
                    container
                            .tree()
                            .at("startupProbe", "exec", "command")
                            .texts()
                            .contains("live"),
                    container,
                    "its startupProbe waits for what starts after it");
        }
        FerruleArguments.read(container, manifests, problems).ifPresent(config -> told(container, config));
    }

    private void told(Container container, ProcessConfig config) {
        Pod pod = container.pod();
        long stop = config.drain().toSeconds()
                + container
                        .tree()
                        .at("lifecycle", "preStop", "sleep", "seconds")
                        .number(0);
        complainUnless(
                pod.spec().at("terminationGracePeriodSeconds").number(30) > stop,
                container,
                "it is killed before its drain of " + stop + " s is over");
        Set<Long> open = new HashSet<>();
        Stream.concat(config.tunnels().stream().map(t -> t.accept().listen()), Stream.ofNullable(config.admin()))
                .filter(address -> !address.isLocal() && address instanceof Address.Tcp)
                .forEach(address -> open.add((long) ((Address.Tcp) address).port()));
        Set<Long> named = new HashSet<>();
        container
                .tree()
                .at("ports")
                .items()
                .forEach(p -> named.add(p.at("containerPort").number(0)));
        complainUnless(open.equals(named), container, "it listens on " + open + " and names " + named);
        if (isSidecar(container)) {
            complainUnless(
                    config.tunnels().stream().noneMatch(PodRules::isInsecure),
                    container,
                    "a sidecar needs no plaintext");
        }
    }

    private static boolean isInsecure(TunnelConfig tunnel) {
        return !tunnel.unsafeChoices().isEmpty();
    }

    private static boolean isSidecar(Container container) {
        return container.tree().at("restartPolicy").text().equals("Always");
    }

    private boolean hasConfigMap(String name) {
        return manifests.stream()
                .anyMatch(m -> m.kind().equals("ConfigMap") && m.name().equals(name));
    }

    private void complainUnless(boolean right, Object where, String problem) {
        if (!right) {
            problems.add(where + ": " + problem);
        }
    }
}
