package io.ferrule.dist.kubernetes;

import io.ferrule.config.Address;
import io.ferrule.config.ProcessConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the manifests find each other: selectors and labels, ports, and who may reach whom by the NetworkPolicies. */
final class NetworkRules {
    private static final long DNS = 53;
    private static final Map<String, String> NAME_SERVICE = Map.of("k8s-app", "kube-dns");

    private final List<Manifest> manifests;
    private final List<Pod> pods;
    private final List<String> problems = new ArrayList<>();

    private NetworkRules(List<Manifest> manifests) {
        this.manifests = manifests;
        this.pods = manifests.stream().flatMap(m -> m.pod().stream()).toList();
    }

    static List<String> problems(List<Manifest> manifests) {
        NetworkRules rules = new NetworkRules(manifests);
        rules.pods.forEach(rules::owner);
        rules.ofKind("Service").forEach(rules::service);
        rules.ofKind("HorizontalPodAutoscaler").forEach(rules::autoscaler);
        rules.ofKind("PodDisruptionBudget").forEach(rules::budget);
        rules.ofKind("PodMonitor").forEach(rules::monitor);
        rules.ofKind("NetworkPolicy").forEach(rules::policy);
        rules.ofKind("Certificate").forEach(rules::certificate);
        rules.pods.forEach(rules::ways);
        return rules.problems;
    }

    private void owner(Pod pod) {
        Tree spec = pod.owner().tree().at("spec");
        complainUnless(
                Manifest.selects(spec.at("selector"), pod.labels()), pod, "its selector is not that of its own pods");
        if (pod.owner().kind().equals("StatefulSet")) {
            String service = spec.at("serviceName").text();
            complainUnless(named("Service", service).isPresent(), pod, "there is no Service " + service);
        }
        pod.spec()
                .at("topologySpreadConstraints")
                .items()
                .forEach(constraint -> complainUnless(
                        Manifest.selects(constraint.at("labelSelector"), pod.labels()), pod, "it spreads other pods"));
    }

    private void service(Manifest service) {
        List<Pod> behind = podsBehind(service);
        complainUnless(!behind.isEmpty(), service, "it selects no pod");
        for (Tree port : service.tree().at("spec", "ports").items()) {
            complainUnless(
                    behind.stream().allMatch(pod -> pod.ports()
                            .contains(port.at("targetPort").number(0))),
                    service,
                    "no container has its port " + port.at("targetPort").text());
        }
    }

    private void autoscaler(Manifest autoscaler) {
        Tree target = autoscaler.tree().at("spec", "scaleTargetRef");
        Optional<Manifest> scaled =
                named(target.at("kind").text(), target.at("name").text());
        complainUnless(scaled.isPresent(), autoscaler, "there is no " + target.value());
        scaled.ifPresent(s -> complainUnless(
                !s.tree().at("spec", "replicas").isThere(), autoscaler, "replicas are also set by " + s));
    }

    private void budget(Manifest budget) {
        complainUnless(!selected(budget.tree().at("spec", "selector")).isEmpty(), budget, "it selects no pod");
    }

    private void monitor(Manifest monitor) {
        List<Pod> watched = selected(monitor.tree().at("spec", "selector"));
        complainUnless(!watched.isEmpty(), monitor, "it selects no pod");
        complainUnless(!monitor.tree().at("spec", "podMetricsEndpoints").items().isEmpty(), monitor, "it asks nothing");
        for (Tree endpoint : monitor.tree().at("spec", "podMetricsEndpoints").items()) {
            complainUnless(
                    watched.stream().allMatch(pod -> pod.portNames()
                            .contains(endpoint.at("port").text())),
                    monitor,
                    "not every pod has the port " + endpoint.at("port").text());
        }
    }

    private void certificate(Manifest certificate) {
        Tree spec = certificate.tree().at("spec");
        complainUnless(
                named("Issuer", spec.at("issuerRef", "name").text()).isPresent(), certificate, "it has no Issuer");
        complainUnless(
                pods.stream()
                        .flatMap(pod -> pod.spec().at("volumes").items().stream())
                        .anyMatch(v -> v.at("secret", "secretName").equals(spec.at("secretName"))),
                certificate,
                "nobody mounts its Secret");
        complainUnless(
                spec.at("privateKey", "rotationPolicy").text().equals("Never"),
                certificate,
                "its renewal changes the pin");
    }

    /** It is about pods of ours, or about ones that pods of ours are let out to. */
    private void policy(Manifest policy) {
        Tree selector = policy.tree().at("spec", "podSelector");
        boolean elsewhere = ofKind("NetworkPolicy")
                .flatMap(p -> p.tree().at("spec", "egress").items().stream())
                .flatMap(rule -> rule.at("to").items().stream())
                .anyMatch(peer -> peer.at("podSelector").equals(selector));
        complainUnless(elsewhere || !selected(selector).isEmpty(), policy, "it selects no pod");
        complainUnless(
                List.of("Ingress", "Egress")
                        .containsAll(policy.tree().at("spec", "policyTypes").texts()),
                policy,
                "its policyTypes");
    }

    private void ways(Pod pod) {
        for (Pod.Container container : pod.ferrules()) {
            FerruleArguments.read(container, manifests, new ArrayList<>()).ifPresent(config -> {
                config.tunnels().forEach(tunnel -> wayTo(tunnel.connect().target(), pod));
                admin(config, pod);
            });
        }
    }

    private void wayTo(Address target, Pod from) {
        if (target.isLocal() || !(target instanceof Address.Tcp tcp)) {
            return;
        }
        complainUnless(lets(from, "Egress", NAME_SERVICE, DNS), from, "it may not ask the name service");
        Optional<Manifest> service = named("Service", tcp.host());
        if (service.isEmpty()) { // it runs elsewhere; some pods must be reachable at that port
            complainUnless(
                    policiesOf(from, "Egress")
                            .flatMap(p -> p.at("egress").items().stream())
                            .anyMatch(r -> opens(r, tcp.port())),
                    from,
                    "it may not reach " + target);
            return;
        }
        for (Tree port : service.get().tree().at("spec", "ports").items()) {
            complainUnless(port.at("port").number(0) == tcp.port(), from, service.get() + " is not at " + tcp.port());
            long containerPort = port.at("targetPort").number(0);
            for (Pod to : podsBehind(service.get())) {
                complainUnless(lets(from, "Egress", to.labels(), containerPort), from, "it may not reach " + to);
                complainUnless(lets(to, "Ingress", from.labels(), containerPort), to, "it does not let in " + from);
            }
        }
    }

    /** An open admin endpoint is for one namespace only. */
    private void admin(ProcessConfig config, Pod pod) {
        if (config.admin() instanceof Address.Tcp admin && !admin.isLocal()) {
            List<Tree> rules = policiesOf(pod, "Ingress")
                    .flatMap(p -> p.at("ingress").items().stream())
                    .filter(rule -> opens(rule, admin.port()))
                    .toList();
            complainUnless(
                    !rules.isEmpty()
                            && rules.stream()
                                    .flatMap(rule -> rule.at("from").items().stream())
                                    .allMatch(
                                            peer -> peer.at("namespaceSelector").isThere())
                            && rules.stream().allMatch(rule -> rule.at("from").isThere()),
                    pod,
                    "its admin endpoint is open to more, or to less, than one namespace");
        }
    }

    /** As the cluster's network decides: everything, if no policy is about the pod; else what one of them lets through. */
    private boolean lets(Pod pod, String direction, Map<String, String> peer, long port) {
        List<Tree> policies = policiesOf(pod, direction).toList();
        String rules = direction.equals("Egress") ? "egress" : "ingress";
        String peers = direction.equals("Egress") ? "to" : "from";
        return policies.isEmpty()
                || policies.stream()
                        .flatMap(policy -> policy.at(rules).items().stream())
                        .anyMatch(rule -> opens(rule, port)
                                && (!rule.at(peers).isThere()
                                        || rule.at(peers).items().stream()
                                                .anyMatch(p -> Manifest.selects(p.at("podSelector"), peer))));
    }

    private static boolean opens(Tree rule, long port) {
        return !rule.at("ports").isThere()
                || rule.at("ports").items().stream().anyMatch(p -> p.at("port").number(0) == port);
    }

    private Stream<Tree> policiesOf(Pod pod, String direction) {
        return ofKind("NetworkPolicy")
                .map(policy -> policy.tree().at("spec"))
                .filter(spec -> spec.at("policyTypes").texts().contains(direction))
                .filter(spec -> Manifest.selects(spec.at("podSelector"), pod.labels()));
    }

    private List<Pod> podsBehind(Manifest service) {
        Map<String, String> wanted = service.tree().at("spec", "selector").textEntries();
        return pods.stream()
                .filter(pod -> pod.labels().entrySet().containsAll(wanted.entrySet()))
                .toList();
    }

    private List<Pod> selected(Tree selector) {
        return pods.stream()
                .filter(pod -> Manifest.selects(selector, pod.labels()))
                .toList();
    }

    private Stream<Manifest> ofKind(String kind) {
        return manifests.stream().filter(m -> m.kind().equals(kind));
    }

    private Optional<Manifest> named(String kind, String name) {
        return ofKind(kind).filter(m -> m.name().equals(name)).findFirst();
    }

    private void complainUnless(boolean right, Object where, String problem) {
        if (!right) {
            problems.add(where + ": " + problem);
        }
    }
}
