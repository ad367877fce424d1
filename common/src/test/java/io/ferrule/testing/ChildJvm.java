package io.ferrule.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a class of the tests is started in a JVM of its own: the one that runs the tests, with the same class path. It may
 * load native libraries, as the packaged programs may by their manifest.
 */
public final class ChildJvm {
    private ChildJvm() {}

    /** The command up to the class; the class's own arguments may follow. */
    public static List<String> command(Class<?> main, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("--enable-native-access=ALL-UNNAMED"); // JEP 472: else Java 24 and later warn on standard error
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }
}
