package io.ferrule.dist.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The level "restricted" of the Pod Security Standards, with "baseline" below it, for Linux pods (kubernetes.io, "Pod Security
 * Standards").
 */
final class RestrictedRules {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");
    private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");

    private RestrictedRules() {}

    static List<String> problems(Pod pod) {
        List<String> problems = new ArrayList<>();
        Tree spec = pod.spec();
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (spec.at(host).isTrue()) {
                problems.add(pod + ": " + host);
            }
        }
        if (spec.at("securityContext", "sysctls").isThere()) {
            problems.add(pod + ": sysctls");
        }
        for (Tree volume : spec.at("volumes").items()) {
            volume.entries().keySet().stream()
                    .filter(type -> !type.equals("name") && !VOLUMES.contains(type))
                    .forEach(type -> problems.add(pod + ": a volume of type " + type));
        }
        for (Pod.Container container : pod.containers()) {
            container(container, spec.at("securityContext"), problems);
        }
        return problems;
    }

    private static void container(Pod.Container container, Tree podContext, List<String> problems) {
        Tree own = container.tree().at("securityContext");
        if (own.at("privileged").isTrue()) {
            problems.add(container + ": privileged");
        }
        if (!own.at("allowPrivilegeEscalation").isFalse()) {
            problems.add(container + ": allowPrivilegeEscalation is not false");
        }
        if (!own.at("capabilities", "drop").texts().contains("ALL")) {
            problems.add(container + ": capabilities do not drop ALL");
        }
        if (!Set.of("NET_BIND_SERVICE")
                .containsAll(own.at("capabilities", "add").texts())) {
            problems.add(container + ": capabilities are added");
        }
        if (!effective(own, podContext, "runAsNonRoot").isTrue()) {
            problems.add(container + ": runAsNonRoot is not true");
        }
        if (effective(own, podContext, "runAsUser").number(-1) == 0) {
            problems.add(container + ": runAsUser is root");
        }
        if (!SECCOMP.contains(
                effective(own, podContext, "seccompProfile").at("type").text())) {
            problems.add(container + ": no seccompProfile");
        }
        if (own.at("procMount").isThere() || own.at("seLinuxOptions").isThere()) {
            problems.add(container + ": procMount or seLinuxOptions");
        }
        if (container.tree().at("ports").items().stream()
                .anyMatch(port -> port.at("hostPort").number(0) != 0)) {
            problems.add(container + ": hostPort");
        }
    }

    private static Tree effective(Tree own, Tree podContext, String field) {
        return own.at(field).isThere() ? own.at(field) : podContext.at(field);
    }
}
