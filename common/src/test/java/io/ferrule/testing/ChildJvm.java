package io.ferrule.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a class of the tests is started in a JVM of its own: the one that runs the tests, with the same class path. It may
 * load native libraries, as the packaged programs may by their manifest.
 */
public final class ChildJvm {
    private static final Path HOME = Path.of(System.getProperty("java.home"));
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

    private ChildJvm() {}

    /** The home of a Java of that version or a later one: this one, or one that is installed beside it. */
    public static Optional<Path> atLeast(int version) throws IOException {
        if (Runtime.version().feature() >= version) {
            return Optional.of(HOME);
        }
        try (Stream<Path> homes = Files.list(HOME.getParent())) {
            return homes.filter(home -> version(home) >= version
                            && Files.isExecutable(home.resolve("bin").resolve("java")))
                    .findFirst();
        }
    }

    private static int version(Path home) {
        try {
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            return 0; // something else
        }
    }

    /** The command up to the class; the class's own arguments may follow. */
    public static List<String> command(Class<?> main, List<String> options) {
        return command(HOME, main, options);
    }

    /** The same with another Java, by its home. */
    public static List<String> command(Path home, Class<?> main, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("--enable-native-access=ALL-UNNAMED"); // JEP 472: else Java 24 and later warn on standard error
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }
}
