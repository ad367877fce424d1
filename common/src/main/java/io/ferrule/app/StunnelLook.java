package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.Role;
import io.ferrule.stunnel.StunnelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a stunnel.conf in order to say something of it; nothing is run. */
final class StunnelLook {
    private static final int ERR = 3;

    /** A section, or an option with its value; YAML, which we read too, has colons. */
    private static final Pattern OF_STUNNEL = Pattern.compile("\\[.*]|[A-Za-z][A-Za-z0-9]*\\s*=.*");

    private static final Pattern NO_LINE = Pattern.compile("\\s*([#;].*)?");

    private StunnelLook() {}

    /** True if a file of this name begins as a stunnel.conf does. */
    static boolean isOne(String name) {
        try (Stream<String> lines = Files.lines(Path.of(name), StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.replaceFirst("^\u00ef\u00bb\u00bf", "")) // a byte order mark
                    .filter(line -> !NO_LINE.matcher(line).matches())
                    .findFirst()
                    .map(line -> OF_STUNNEL.matcher(line.strip()).matches())
                    .orElse(false);
        } catch (IOException | java.io.UncheckedIOException | InvalidPathException e) {
            return false; // whoever reads it says it
        }
    }

    /**
     * Reads it, with all that it names.
     *
     * @throws OperatorException with what stunnel would complain of
     */
    static StunnelConfigSource.Reading read(String file, Role role) throws OperatorException {
        List<Problem> problems = new ArrayList<>();
        StunnelConfigSource source = new StunnelConfigSource(
                new StunnelSource.File(file), StunnelConfigSource.process(role, List.of()), (level, id, text) -> {
                    if (level <= ERR) {
                        problems.add(new Problem("", text));
                    }
                });
        try {
            source.read(new HashSet<>());
            return source.latest();
        } catch (OperatorException e) {
            throw problems.isEmpty() ? e : new OperatorException(problems);
        }
    }
}
