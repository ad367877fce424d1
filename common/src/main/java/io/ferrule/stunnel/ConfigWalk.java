package io.ferrule.stunnel;

import io.ferrule.config.Nearest;
import io.ferrule.stunnel.StunnelConfig.Globals;
import io.ferrule.stunnel.StunnelOption.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Goes through the lines of a configuration and of the files that it includes. Used once. */
final class ConfigWalk {
    private static final String NOT_VALID = "Specified option name is not valid here";
    private static final Set<String> OF_THE_PROCESS = Set.of("service", "debug");
    // Stunnel has no bound, and dies of a directory that includes itself.
    private static final int DEEPEST = 16;
    private static final int MOST_FILES = 1000;

    private final Asker asker;
    private final SectionEnd end;
    private final List<Given> given = new ArrayList<>();
    private final List<String> sections = new ArrayList<>();
    private final List<StunnelService> services = new ArrayList<>();
    private final Engines engines;
    private final GlobalDraft global;
    private final ServiceDraft defaults;
    private int level = 5;
    private int files;
    private boolean repeating;
    private @Nullable Globals globals;
    private @Nullable ServiceDraft open;

    ConfigWalk(StunnelHost host, ServiceCheck check, StunnelLog log) {
        asker = new Asker(host, (to, id, text) -> tell(log, to, id, text));
        end = new SectionEnd(asker, check);
        engines = new Engines(log);
        global = new GlobalDraft(log, engines);
        defaults = new ServiceDraft("stunnel", asker, engines);
    }

    /** The names of those that have begun, in order. */
    List<String> sections() {
        return List.copyOf(sections);
    }

    /**
     * Everything that begins with this file.
     *
     * @throws StunnelException the first error; it has been logged
     */
    StunnelConfig read(String name, byte[] bytes) throws StunnelException {
        file(name, bytes, 0);
        Globals all = globals();
        ServiceDraft last = open;
        boolean inetd = last == null;
        if (last == null) {
            last = defaults;
            last.rename(global.ident());
        }
        services.add(end.finish(all, last, services, inetd));
        return new StunnelConfig(name, all, services, inetd);
    }

    private void file(String name, byte[] bytes, int depth) throws StunnelException {
        FileLines lines = FileLines.of(bytes);
        if (!lines.texts().isEmpty()) {
            asker.log(5, "UTF-8 byte order mark " + (lines.marked() ? "" : "not ") + "detected");
        }
        for (int i = 0; i < lines.texts().size(); i++) {
            try {
                line(Words.trim(lines.withoutMark(i)), name, i + 1, depth);
            } catch (Refusal e) {
                throw logged(StunnelException.atLine(
                        name, i + 1, Given.withoutPin(lines.texts().get(i)), e.reason(), e.remedy()));
            } catch (IncludedException e) {
                asker.log(
                        3,
                        StunnelException.atLine(name, i + 1, lines.texts().get(i), "Failed to include a file")
                                .line());
                throw e.error();
            }
        }
    }

    private void line(String text, String file, int number, int depth)
            throws Refusal, StunnelException, IncludedException {
        if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
            return;
        }
        if (text.startsWith("[") && text.endsWith("]")) {
            begin(text.substring(1, text.length() - 1));
            return;
        }
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new Refusal("No '=' found", "a comment begins with # or ;, a section with [ and ends with ]");
        }
        String name = Words.trim(text.substring(0, equals));
        StunnelOption option = StunnelOption.named(name).orElseThrow(() -> unknown(name));
        if (open != null && option.scope() == Scope.GLOBAL) {
            throw new Refusal(NOT_VALID, option.name() + " has to stand before the first [section]");
        }
        Given line = new Given(option, name, Words.trim(text.substring(equals + 1)), file, number);
        if (option.name().equals("include")) {
            include(line.value(), depth + 1);
        } else if (open != null) {
            open.setOwn(line);
        } else {
            setGlobal(line);
        }
    }

    private static Refusal unknown(String name) {
        List<String> names =
                StunnelOption.all().stream().map(StunnelOption::name).toList();
        return new Refusal(
                NOT_VALID,
                Nearest.to(name, names).map(n -> "did you mean " + n + "?").orElse(""));
    }

    private void setGlobal(Given line) throws Refusal {
        String name = line.option().name();
        if (line.option().scope() == Scope.GLOBAL) {
            global.set(line);
        } else if (name.equals("service")) {
            global.ident(line.value());
        } else if (name.equals("debug")) {
            level = global.debug(line.value());
            defaults.debug(level);
        } else {
            defaults.set(line);
        }
        given.add(line);
    }

    /** A section begins, and the one before it is finished. */
    private void begin(String name) throws Refusal, StunnelException {
        Globals all = globals();
        ServiceDraft before = open;
        if (before != null) {
            services.add(end.finish(all, before, services, false));
        }
        asker.log(6, "Initializing service [" + name + "]");
        sections.add(name);
        open = withDefaults(new ServiceDraft(name, asker, engines));
    }

    /** Says again what is said before the first section, without logging it again. */
    private ServiceDraft withDefaults(ServiceDraft section) throws Refusal {
        section.debug(level);
        repeating = true;
        for (Given line : given) {
            if (line.option().scope() == Scope.SERVICE
                    && !OF_THE_PROCESS.contains(line.option().name())) {
                section.set(line);
            }
        }
        repeating = false;
        return section;
    }

    private void tell(StunnelLog log, int to, String id, String text) {
        if (!repeating) {
            log.log(to, id, text);
        }
    }

    private Globals globals() throws StunnelException {
        if (globals == null) {
            try {
                globals = global.finish(defaults.owner(), given);
            } catch (Refusal e) {
                throw logged(new StunnelException("Global options: " + e.reason(), e.remedy()));
            }
        }
        return globals;
    }

    private void include(String directory, int depth) throws Refusal, IncludedException {
        for (Path file : entries(directory, depth)) {
            String name = directory + "/" + file.getFileName();
            if (!Files.isRegularFile(file)) {
                asker.log(7, "\"" + name + "\" is not a file");
                continue;
            }
            try {
                files++;
                file(name, included(file, name), depth);
            } catch (StunnelException e) {
                throw new IncludedException(e);
            }
        }
    }

    private List<Path> entries(String directory, int depth) throws Refusal {
        if (depth > DEEPEST || files > MOST_FILES) {
            throw new Refusal("Failed to include directory", "a directory that includes itself has no end");
        }
        try (Stream<Path> found = Files.list(Words.file(directory))) {
            List<Path> sorted = found.sorted(
                            Comparator.comparing(p -> p.getFileName().toString()))
                    .toList();
            asker.log(7, "\"" + directory + "/.\" is not a file");
            asker.log(7, "\"" + directory + "/..\" is not a file");
            return sorted;
        } catch (IOException e) {
            asker.log(3, "scandir: " + ErrorText.of(e));
            throw new Refusal("Failed to include directory", "include names a directory, all of whose files are read");
        }
    }

    private byte[] included(Path file, String name) throws StunnelException {
        asker.log(5, "Reading configuration from file " + name);
        try {
            return StunnelReader.bytes(file);
        } catch (IOException e) {
            throw logged(new StunnelException("Cannot open configuration file", name + ": " + ErrorText.of(e)));
        }
    }

    private StunnelException logged(StunnelException error) {
        end.log(error);
        return error;
    }

    /** Something in an included file is wrong; each file on the way says where it included the next. */
    private static final class IncludedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final StunnelException error;

        IncludedException(StunnelException error) {
            super(error);
            this.error = error;
        }

        StunnelException error() {
            return error;
        }
    }
}
