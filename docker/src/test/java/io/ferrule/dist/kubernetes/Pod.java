package io.ferrule.dist.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pods of one Deployment or StatefulSet. */
record Pod(Manifest owner, Tree template) {
    Tree spec() {
        return template.at("spec");
    }

    Map<String, String> labels() {
        return template.at("metadata", "labels").textEntries();
    }

    /** Sidecars first, as they start. */
    List<Container> containers() {
        return Stream.concat(spec().at("initContainers").items().stream(), spec().at("containers").items().stream())
                .map(tree -> new Container(this, tree))
                .toList();
    }

    /** Those that run our image. */
    List<Container> ferrules() {
        return containers().stream().filter(Container::isFerrule).toList();
    }

    Set<Long> ports() {
        return containers().stream()
                .flatMap(c -> c.tree().at("ports").items().stream())
                .map(port -> port.at("containerPort").number(0))
                .collect(Collectors.toSet());
    }

    Set<String> portNames() {
        return containers().stream()
                .flatMap(c -> c.tree().at("ports").items().stream())
                .map(port -> port.at("name").text())
                .collect(Collectors.toSet());
    }

    @Override
    public String toString() {
        return owner.toString();
    }

    /** A container or sidecar. */
    record Container(Pod pod, Tree tree) {
        private static final String IMAGE = "ghcr.io/ferrule/ferrule:";

        String name() {
            return tree.at("name").text();
        }

        boolean isFerrule() {
            return tree.at("image").text().startsWith(IMAGE);
        }

        @Override
        public String toString() {
            return pod + ", container " + name();
        }
    }
}
