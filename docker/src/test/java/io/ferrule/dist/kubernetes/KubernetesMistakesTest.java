package io.ferrule.dist.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of the manifests find what they are for: each mistake is planted into the real ones. */
class KubernetesMistakesTest {
    @TempDir
    private Path copies;

    @ParameterizedTest
    @ValueSource(strings = {"redis", "gateway", "examples/one-namespace", "examples/gateway"})
    void whatIsNoMistakeIsNotFound(String folder) throws Exception {
        assertThat(found(folder, "cpu: 50m", "cpu: 60m")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "redis       | terminationGracePeriodSeconds | terminationGracePeriod  | is not defined in",
                "redis       | readOnly: true                | readonly: true          | is not defined in",
                "redis       | replicas: 1                   | replicas: one           | cannot be read",
                "redis       | replicas: 1                   | replicas: '1'           | of another type",
                "redis       | name: tls-redis               | name: 46379             | of another type",
                "redis       | args: [                       | args: [5,               | of another type",
                "redis       | enableServiceLinks: false     | enableServiceLinks: 'false' | of another type",
                "redis       | image: docker.io              | picture: docker.io      | is not defined in",
                "redis       | serviceName: redis            | paused: true            | is not defined in",
                "redis       | kind: StatefulSet             | kind: StatfulSet        | no type is known",
                "redis       | apiVersion: apps/v1           | apiVersion: apps/v1beta1 | no type is known",
                "redis       | `- name: redis\\n          image` | - image            | required field `name`",
                "redis       | `  selector:\\n    matchLabels:\\n      app.kubernetes.io/name: redis\\n  template` | `  template` | required field `selector`",
                "gateway     | averageUtilization: 70        | averageUtilization: 70% | cannot be read",
                "gateway     | maxUnavailable: 1             | maxUnavailble: 1        | is not defined in",
            })
    void typesFindIt(String folder, String right, String wrong, String complaint) throws Exception {
        assertThat(found(folder, right, wrong)).anySatisfy(p -> assertThat(p).contains(complaint));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "redis       | runAsNonRoot: true                | runAsNonRoot: false               | runAsNonRoot is not true",
                "redis       | runAsUser: 10001                  | runAsUser: 0                      | runAsUser is root",
                "redis       | allowPrivilegeEscalation: false   | allowPrivilegeEscalation: true    | allowPrivilegeEscalation",
                "redis       | allowPrivilegeEscalation: false   | privileged: true                  | privileged",
                "redis       | `drop: [\"ALL\"]`                 | `drop: [\"CHOWN\"]`               | capabilities do not drop ALL",
                "redis       | `drop: [\"ALL\"]`                 | `add: [\"SYS_TIME\"]`             | capabilities are added",
                "redis       | type: RuntimeDefault              | type: Unconfined                  | no seccompProfile",
                "redis       | enableServiceLinks: false         | hostNetwork: true                 | hostNetwork",
                "redis       | containerPort: 46379              | `hostPort: 46379\\n              containerPort: 46379` | hostPort",
                "gateway     | `- name: config\\n          configMap:\\n            name: redis-gateway-ferrule` | `- name: config\\n          hostPath:\\n            path: /etc` | a volume of type hostPath",
                "redis       | readOnlyRootFilesystem: true      | readOnlyRootFilesystem: false     | its root can be written",
                "redis       | automountServiceAccountToken: false | automountServiceAccountToken: true | automountServiceAccountToken",
                "redis       | enableServiceLinks: false         | enableServiceLinks: true          | enableServiceLinks",
                "redis       | `limits:\\n              memory: 128Mi` | `limits: {}`                 | no limit of memory",
                "redis       | ferrule:0.1.0                     | ferrule:latest                    | its image has no version",
                "redis       | `- name: tls\\n          secret`    | `- name: keys\\n          secret`   | are not the mounts",
                "redis       | `configMap:\\n            name: redis-ferrule` | `configMap:\\n            name: redis-other` | there is no ConfigMap",
                "redis       | defaultMode: 288                  | defaultMode: 420                  | mode is not 0440",
                "redis       | `fsGroup: 10001\\n`                | `supplementalGroups: [5]\\n`       | nobody reads the key",
                "redis       | --config                          | --configuration                   | has no option --configuration",
                "redis       | `\"server\", \"run\"`             | `\"server\", \"start\"`           | do not begin with",
                "redis       | `\"server\", \"run\"`             | `\"client\", \"run\"`             | access is not an option of proxy-client",
                "redis       | config/server.yaml                | config/client.yaml                | nothing is mounted",
                "redis       | mountPath: /etc/ferrule/config    | mountPath: /etc/ferrule/conf      | nothing is mounted",
                "redis       | terminationGracePeriodSeconds: 60 | terminationGracePeriodSeconds: 30 | before its drain of 30 s",
                "gateway     | terminationGracePeriodSeconds: 60 | terminationGracePeriodSeconds: 35 | before its drain of 35 s",
                "redis       | `\"health\", \"live\"`            | `\"healthy\", \"live\"`           | asks nothing",
                "redis       | `\"health\", \"live\"`            | `\"health\"`                      | waits for what starts after it",
                "redis       | containerPort: 46379              | containerPort: 46378              | it listens on",
                "redis       | restartPolicy: Always             | `restartPolicy: Always\\n          env: [{name: FERRULE_LISTN, value: a}]` | knows no such variable",
                "redis       | restartPolicy: Always             | `restartPolicy: Always\\n          env: [{name: FERRULE_KEY, valueFrom: {secretKeyRef: {name: a, key: b}}}]` | a secret is in its environment",
                "redis       | restartPolicy: Always             | `restartPolicy: Always\\n          env: [{name: FERRULE_ADMIN, value: '0.0.0.0:9121'}]` | its admin endpoint is open",
                "redis       | restartPolicy: Always             | `restartPolicy: Always\\n          env: [{name: FERRULE_INSECURE_PLAINTEXT, value: 'true'}, {name: FERRULE_TARGET, value: 'redis:6379'}]` | a sidecar needs no plaintext",
                "application | config/client.yaml                | other/client.yaml                 | nothing is mounted",
            })
    void rulesOfPodsFindIt(String folder, String right, String wrong, String complaint) throws Exception {
        assertThat(found(folder, right, wrong)).anySatisfy(p -> assertThat(p).contains(complaint));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "redis                  | `app.kubernetes.io/name: redis\\n        ferrule: server` | `app.kubernetes.io/name: other` | selector is not that of its own pods",
                "redis                  | serviceName: redis               | serviceName: cache               | there is no Service",
                "redis                  | targetPort: 46379                | targetPort: 6379                 | no container has its port",
                "gateway                | `kind: Deployment\\n    name: redis-gateway` | `kind: Deployment\\n    name: redis` | there is no",
                "gateway                | `  selector:\\n    matchLabels:\\n      app.kubernetes.io/name: redis-gateway\\n  strategy` | `  replicas: 3\\n  selector:\\n    matchLabels:\\n      app.kubernetes.io/name: redis-gateway\\n  strategy` | replicas are also set",
                "gateway                | port: 6379                       | port: 6380                       | it may not reach redis:6379",
                "gateway                | port: 53                         | port: 54                         | name service",
                "gateway                | topologyKey: kubernetes.io/hostname\\n          maxSkew: 1\\n          whenUnsatisfiable: ScheduleAnyway\\n          labelSelector: *replicas | topologyKey: x | it spreads other pods",
                "examples/one-namespace | port: 46379\\n  # It             | `port: 46378\\n  # It`            | it does not let in",
                "examples/one-namespace | `ferrule: server\\n      ports`   | `ferrule: none\\n      ports`     | it may not reach",
                "examples/one-namespace | `        uses-redis: \"true\"\\n    spec` | `    spec`                | it does not let in",
                "examples/one-namespace | `- port: admin`                  | `- port: metrics`                | not every pod has the port",
                "examples/one-namespace | containerPort: 9122              | containerPort: 9123              | it listens on",
                "examples/one-namespace | port: 9122                       | port: 9123                       | its admin endpoint is open",
                "examples/one-namespace | `    - from:\\n        - namespaceSelector:\\n            matchLabels:\\n              kubernetes.io/metadata.name: monitoring\\n      ports` | `    - ports` | its admin endpoint is open",
                "examples/one-namespace | interval: 30s                    | intervall: 30s                   | unknown field",
                "examples/gateway       | rotationPolicy: Never            | rotationPolicy: Always           | changes the pin",
                "examples/gateway       | rotationPolicy: Never            | rotationPolicies: Never          | unknown field",
                "examples/gateway       | secretName: ferrule-tls\\n  common | secretName: other\\n  common | nobody mounts",
                "examples/gateway       | name: ferrule-self-signed\\n    kind | name: other\\n    kind   | it has no Issuer",
                "examples/gateway       | memory: 256Mi                    | memory: [256Mi]                  | cannot be read",
                "examples/gateway       | drain-timeout: 30s               | drain-timeout: 60s               | before its drain of 65 s",
                "examples/gateway       | drain-timeout: 30s               | drain-timeout: soon              | drain-timeout",
            })
    void rulesOfNetworksFindIt(String folder, String right, String wrong, String complaint) throws Exception {
        assertThat(found(folder, right, wrong)).anySatisfy(p -> assertThat(p).contains(complaint));
    }

    /** What is found in a kustomization after one text was replaced by another wherever it stands. */
    private List<String> found(String folder, String right, String wrong) throws IOException {
        int planted = 0;
        try (Stream<Path> files = Files.walk(Kustomization.ROOT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Kustomization.text(file);
                String changed = text.replace(right.translateEscapes(), wrong.translateEscapes());
                planted += text.equals(changed) ? 0 : 1;
                Path copy = copies.resolve(Kustomization.ROOT.relativize(file).toString());
                Files.createDirectories(copy.resolveSibling(""));
                Files.writeString(copy, changed);
            }
        }
        assertThat(planted).as("files with \"%s\"", right).isPositive();
        List<Manifest> manifests = Kustomization.of(copies.resolve(folder)).written();
        List<String> problems = new ArrayList<>();
        manifests.forEach(m -> problems.addAll(KubernetesTypes.mistakes(m.tree())));
        problems.addAll(PodRules.problems(manifests));
        problems.addAll(NetworkRules.problems(manifests));
        return problems;
    }
}
