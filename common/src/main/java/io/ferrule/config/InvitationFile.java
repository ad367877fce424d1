package io.ferrule.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what {@code proxy-server invite} wrote for a client: a few keys of a tunnel, of which those that it takes to connect have
 * to be there, so that a file that was not copied whole is noticed here. It holds a private key, so it has to be as private as one.
 */
final class InvitationFile {
    private static final String OPTION = "invitation";
    private static final int LARGEST_BYTES = 64 << 10;
    private static final List<String> NEEDED = List.of("target", "pin", "certificate-pem", "key-pem");
    private static final List<String> ALLOWED =
            List.of("target", "pin", "next-pin", "server-name", "certificate-pem", "key-pem");
    private static final Set<String> SECRET = Set.of("key-pem");

    private InvitationFile() {}

    /**
     * What is said of each tunnel, over what its invitation says if it has one.
     *
     * @param files gets those that were read, or could not be
     * @throws OperatorException with all problems so far if an invitation cannot be read: without it no more can be judged
     */
    static List<TunnelSettings> under(Role role, List<TunnelSettings> tunnels, Set<Path> files, List<Problem> problems)
            throws OperatorException {
        List<TunnelSettings> all = new ArrayList<>();
        List<Problem> found = new ArrayList<>();
        for (TunnelSettings said : tunnels) {
            Setting named = said.settings().find(OPTION).orElse(null);
            if (named != null) {
                named.values().forEach(value -> TextFile.path(value.text()).ifPresent(files::add));
            }
            try {
                all.add(
                        named == null || named.values().isEmpty()
                                ? said
                                : said.over(read(role, named.values().get(0), named.label())));
            } catch (OperatorException e) {
                found.addAll(e.problems());
            }
        }
        if (!found.isEmpty()) {
            problems.addAll(found);
            throw new OperatorException(problems);
        }
        return all;
    }

    private static Settings read(Role role, Setting.Value named, String label) throws OperatorException {
        String name = named.text();
        String text = text(name, named.where(), label);
        PrivateFile.check(Path.of(name), "the private key");
        Yaml root = YamlParser.parse(name, text).orElseGet(() -> new Yaml.Mapping(1, List.of()));
        if (!(root instanceof Yaml.Mapping mapping)) {
            throw new OperatorException(named.where(), label + name + " is not an invitation");
        }
        List<Problem> found = new ArrayList<>();
        Settings settings = new ConfigShape(role, name, Path.of(name), found).only(ALLOWED, mapping);
        List<String> missing = NEEDED.stream().filter(key -> !settings.has(key)).toList();
        if (!missing.isEmpty() && found.isEmpty()) {
            found.add(new Problem(
                    name,
                    "the invitation lacks " + String.join(", ", missing)
                            + ": it was not copied whole; copy it again, or ask for a new one"));
        }
        if (!found.isEmpty()) {
            throw new OperatorException(found);
        }
        return hidden(settings);
    }

    private static String text(String name, String from, String label) throws OperatorException {
        try {
            return TextFile.read(name, from, LARGEST_BYTES);
        } catch (OperatorException e) {
            throw new OperatorException(e.problems().stream()
                    .map(problem -> new Problem(problem.where(), label + problem.message()))
                    .toList());
        }
    }

    /** No problem with them may quote what they say. */
    private static Settings hidden(Settings settings) {
        Map<String, Setting> all = new LinkedHashMap<>(settings.byName());
        all.replaceAll(
                (key, s) -> SECRET.contains(key) ? new Setting(s.option(), s.where(), s.label(), s.values(), true) : s);
        return new Settings(all);
    }
}
