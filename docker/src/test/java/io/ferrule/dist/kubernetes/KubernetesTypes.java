package io.ferrule.dist.kubernetes;

import com.coreos.monitoring.models.V1PodMonitorSpec;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.cert.manager.models.V1beta1CertificateSpec;
import io.cert.manager.models.V1beta1IssuerSpec;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest as the type that its apiVersion and kind name, as the API server's strict validation would: a field that the
 * type does not have, one that it must have, and a value of another type are mistakes. The types are those that are generated
 * from Kubernetes's OpenAPI description, and from the definitions of the custom resources, for its Java client.
 */
final class KubernetesTypes {
    private static final Map<String, Class<?>> TYPES = Map.of(
            "v1 Namespace", V1Namespace.class,
            "v1 ConfigMap", V1ConfigMap.class,
            "v1 Service", V1Service.class,
            "apps/v1 Deployment", V1Deployment.class,
            "apps/v1 StatefulSet", V1StatefulSet.class,
            "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy.class,
            "autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class,
            "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget.class);

    /** Of custom resources the types of their specs. cert-manager's v1 is its v1beta1 under another name. */
    private static final Map<String, Class<?>> SPECS = Map.of(
            "monitoring.coreos.com/v1 PodMonitor", V1PodMonitorSpec.class,
            "cert-manager.io/v1 Certificate", V1beta1CertificateSpec.class,
            "cert-manager.io/v1 Issuer", V1beta1IssuerSpec.class);

    private static final Gson PLAIN = new GsonBuilder().serializeNulls().create();

    private KubernetesTypes() {}

    /** Every mistake of a manifest; a missing field hides others. */
    static List<String> mistakes(Tree manifest) {
        String key =
                manifest.at("apiVersion").text() + " " + manifest.at("kind").text();
        List<String> mistakes = new ArrayList<>();
        Class<?> type = TYPES.get(key);
        Class<?> spec = SPECS.get(key);
        if (type != null) {
            read(manifest, type, mistakes);
        } else if (spec != null) {
            manifest.entries().forEach((name, value) -> {
                switch (name) {
                    case "apiVersion", "kind" -> {}
                    case "metadata" -> read(value, V1ObjectMeta.class, mistakes);
                    case "spec" -> read(value, spec, mistakes);
                    default -> mistakes.add("." + name + ": unknown field");
                }
            });
        } else {
            mistakes.add("no type is known for \"" + key + "\"");
        }
        return mistakes;
    }

    private static void read(Tree tree, Class<?> type, List<String> mistakes) {
        try {
            JsonElement written = PLAIN.toJsonTree(tree.value());
            Gson gson = JSON.getGson();
            compare("", written, gson.toJsonTree(gson.fromJson(written, type)), mistakes);
        } catch (JsonParseException | IllegalArgumentException | IllegalStateException e) {
            mistakes.add("it cannot be read: " + e.getMessage());
        }
    }

    /** Whatever the type did not take, or took as something else, shows when it is written again. */
    private static void compare(String path, JsonElement written, @Nullable JsonElement taken, List<String> mistakes) {
        if (taken == null) {
            mistakes.add(path + ": unknown field, or nothing in it");
        } else if (written.isJsonObject() && taken.isJsonObject()) {
            written.getAsJsonObject()
                    .entrySet()
                    .forEach(field -> compare(
                            path + "." + field.getKey(),
                            field.getValue(),
                            taken.getAsJsonObject().get(field.getKey()),
                            mistakes));
        } else if (written.isJsonArray() && taken.isJsonArray()) {
            for (int i = 0; i < written.getAsJsonArray().size(); i++) {
                compare(
                        path + "[" + i + "]",
                        written.getAsJsonArray().get(i),
                        taken.getAsJsonArray().get(i),
                        mistakes);
            }
        } else if (!same(written, taken)) {
            mistakes.add(path + ": " + written + " is of another type, and would be taken as " + taken);
        }
    }

    private static boolean same(JsonElement written, JsonElement taken) {
        if (written instanceof JsonPrimitive a && taken instanceof JsonPrimitive b && a.isNumber() && b.isNumber()) {
            return a.getAsBigDecimal().compareTo(b.getAsBigDecimal()) == 0;
        }
        return written.equals(taken);
    }
}
