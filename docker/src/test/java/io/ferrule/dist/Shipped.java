package io.ferrule.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What {@code mvn package} left in {@code target/}. */
final class Shipped {
    private Shipped() {}

    /** The folder that archive, package and image are made of. */
    static Path folder() {
        return Path.of(Objects.requireNonNullElse(System.getProperty("it.distribution"), "target/ferrule"));
    }

    /** The release archive. */
    static Path archive() {
        return only("ferrule-*.tar.gz");
    }

    /** The Debian package. */
    static Path deb() {
        return only("ferrule_*_all.deb");
    }

    /** The Java that the tests run the programs with, as JAVA_HOME. */
    static Path javaHome() {
        String java = Objects.requireNonNullElse(
                System.getProperty("it.java"), System.getProperty("java.home") + "/bin/java");
        return Objects.requireNonNull(
                Objects.requireNonNull(Path.of(java).getParent()).getParent());
    }

    private static Path only(String glob) {
        try (var files = Files.newDirectoryStream(
                Objects.requireNonNull(folder().toAbsolutePath().getParent()), glob)) {
            List<Path> found = new java.util.ArrayList<>();
            files.forEach(found::add);
            if (found.size() != 1) {
                throw new IllegalStateException("not one " + glob + " but " + found + ": run mvn clean package first");
            }
            return found.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
