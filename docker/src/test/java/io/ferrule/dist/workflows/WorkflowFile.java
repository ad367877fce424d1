package io.ferrule.dist.workflows;

import io.ferrule.testing.Manual;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A file of .github/workflows. */
record WorkflowFile(String name, Map<?, ?> tree) {
    static final Path GITHUB = Manual.root().resolve(".github");

    static List<WorkflowFile> all() {
        try (Stream<Path> files = Files.list(GITHUB.resolve("workflows"))) {
            return files.sorted().map(WorkflowFile::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WorkflowFile read(Path file) {
        try {
            return new WorkflowFile(file.getFileName().toString(), parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<?, ?> parse(String yaml) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return tree instanceof Map<?, ?> map ? map : Map.of();
    }

    Map<?, ?> jobs() {
        return tree.get("jobs") instanceof Map<?, ?> jobs ? jobs : Map.of();
    }

    /** What steps run in a shell. */
    List<String> scripts() {
        return stepTexts("run");
    }

    /** The actions that steps use. */
    List<String> actions() {
        return stepTexts("uses");
    }

    private List<String> stepTexts(String key) {
        List<String> texts = new ArrayList<>();
        eachStep((job, step) -> {
            if (step.get(key) instanceof String text) {
                texts.add(text);
            }
        });
        return texts;
    }

    void eachStep(BiConsumer<String, Map<?, ?>> each) {
        jobs().forEach((name, job) -> {
            @Nullable Object steps = job instanceof Map<?, ?> map ? map.get("steps") : null;
            if (steps instanceof List<?> list) {
                list.forEach(step -> each.accept(name.toString(), step instanceof Map<?, ?> map ? map : Map.of()));
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
