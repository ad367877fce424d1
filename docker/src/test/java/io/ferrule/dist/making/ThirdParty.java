package io.ferrule.dist.making;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The notices of the libraries that are shipped: which they are, under which licences, and the texts that must go with them.
 * A library whose licence or text is not known fails the build.
 */
final class ThirdParty {
    private static final String OURS = "io.ferrule";

    /** Licences whose text lies in the distribution anyway. */
    private static final Map<String, String> TEXTS = Map.of(
            "Apache-2.0", "LICENSE",
            "EPL-2.0", "licenses/EPL-2.0.txt",
            "Bouncy Castle Licence", "licenses/Bouncy-Castle.txt");

    private static final Pattern LEGAL =
            Pattern.compile("META-INF/(license/)?(LICENSE|NOTICE|COPYING)[^/]*", Pattern.CASE_INSENSITIVE);

    /** Of a build tool that is in a jar's notices, but not in the jar. */
    private static final Set<String> NOT_SHIPPED = Set.of("META-INF/license/LICENSE.mvn-wrapper.txt");

    private record Library(String group, String name, String version, List<String> licences, String source) {}

    private final Map<String, String> files = new TreeMap<>();

    private ThirdParty() {}

    /**
     * Reads what is shipped.
     *
     * @param bom in CycloneDX's JSON
     * @param jars the directory with the library's files
     * @throws IllegalStateException if a library has no licence in the BOM, or no text of its licence is at hand
     */
    static ThirdParty read(Path bom, Path jars) throws IOException {
        ThirdParty notices = new ThirdParty();
        List<Library> libraries = libraries(bom);
        StringBuilder list = new StringBuilder(
                """
                Ferrule itself is under the Apache License 2.0, see LICENSE. It is shipped with the libraries below, each
                under its own licence. Where there is a choice of licences, the first one is taken.
                """);
        for (Library library : libraries) {
            list.append(notices.entry(library, jars));
        }
        notices.files.put("THIRD-PARTY", list.toString());
        return notices;
    }

    /** Paths below the distribution with their text. */
    Map<String, String> files() {
        return files;
    }

    private String entry(Library library, Path jars) throws IOException {
        String coordinates = library.group + ":" + library.name + " " + library.version;
        if (library.licences.isEmpty()) {
            throw new IllegalStateException("no licence is known of " + coordinates
                    + ": find it out, and see whether the library may be shipped");
        }
        List<Path> own = jarsOf(library, jars);
        Map<String, String> texts = new TreeMap<>();
        for (Path jar : own) {
            texts.putAll(legalTexts(jar));
        }
        List<String> where = new ArrayList<>();
        String licence = library.licences.get(0);
        if (TEXTS.containsKey(licence)) {
            where.add(TEXTS.get(licence));
            texts.values().removeIf(text -> licence.equals("Apache-2.0") && isApacheLicence(text));
        } else if (texts.isEmpty()) {
            throw new IllegalStateException("no text of the licence " + licence + " of " + coordinates
                    + " is in its jar: add one to src/main/dist/licenses and to " + ThirdParty.class.getSimpleName());
        }
        texts.forEach((path, text) -> where.add(keep(library, path, text)));
        return """

                %s
                  licence  %s
                  source   %s
                  files    %s
                  texts    %s
                """
                .formatted(
                        coordinates,
                        String.join(" or ", library.licences),
                        library.source,
                        own.stream()
                                .map(jar -> "lib/" + jar.getFileName())
                                .collect(Collectors.joining("\n           ")),
                        where.stream().distinct().collect(Collectors.joining("\n           ")));
    }

    /** Puts a text among the files, once however many libraries have it, and says where. */
    private String keep(Library library, String path, String text) {
        for (var file : files.entrySet()) {
            if (file.getValue().equals(text)) {
                return file.getKey();
            }
        }
        String name = Path.of(path).getFileName().toString().replaceFirst("\\.(txt|md)$", "");
        String file = "licenses/" + library.name + "-" + name + ".txt";
        files.put(file, text);
        return file;
    }

    private static List<Path> jarsOf(Library library, Path jars) throws IOException {
        Pattern own = Pattern.compile(
                Pattern.quote(library.name + "-" + library.version) + "(-(linux|osx|windows)-[a-z0-9_]+)?\\.jar");
        try (var all = Files.list(jars)) {
            List<Path> found = all.filter(
                            jar -> own.matcher(jar.getFileName().toString()).matches())
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("no jar of " + library.name + " " + library.version + " in " + jars);
            }
            return found;
        }
    }

    private static Map<String, String> legalTexts(Path jar) throws IOException {
        Map<String, String> texts = new HashMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                if (LEGAL.matcher(entry.getName()).matches() && !NOT_SHIPPED.contains(entry.getName())) {
                    try (InputStream in = file.getInputStream(entry)) {
                        texts.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return texts;
    }

    private static boolean isApacheLicence(String text) {
        return text.contains("Apache License")
                && text.contains("TERMS AND CONDITIONS FOR USE")
                && text.length() < 12_000; // a longer one holds more than that licence
    }

    private static List<Library> libraries(Path bom) throws IOException {
        // JSON is YAML 1.2.
        Map<?, ?> root = map(
                new Load(LoadSettings.builder().setCodePointLimit(50_000_000).build())
                        .loadFromString(Files.readString(bom)));
        Map<String, Library> libraries = new TreeMap<>();
        for (Object component : list(root.get("components"))) {
            Library library = library(map(component));
            if (!library.group.equals(OURS)) {
                libraries.put(library.group + ":" + library.name, library); // one for all of its classifiers
            }
        }
        return List.copyOf(libraries.values());
    }

    private static Library library(Map<?, ?> component) {
        List<String> licences = new ArrayList<>();
        for (Object choice : list(component.get("licenses"))) {
            Map<?, ?> licence = map(map(choice).get("license"));
            @Nullable Object expression = map(choice).get("expression");
            @Nullable Object name = licence.containsKey("id") ? licence.get("id") : licence.get("name");
            licences.add(String.valueOf(expression != null ? expression : name));
        }
        String source = list(component.get("externalReferences")).stream()
                .map(ThirdParty::map)
                .filter(reference -> "vcs".equals(reference.get("type")) || "website".equals(reference.get("type")))
                .sorted(Comparator.comparing(reference -> String.valueOf(reference.get("type"))))
                .map(reference -> String.valueOf(reference.get("url")).replaceFirst("^scm:git:", ""))
                .findFirst()
                .orElse("https://central.sonatype.com/artifact/" + component.get("group") + "/"
                        + component.get("name"));
        return new Library(
                String.valueOf(component.get("group")),
                String.valueOf(component.get("name")),
                String.valueOf(component.get("version")),
                licences,
                source);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Collection<?> list(@Nullable Object value) {
        return value instanceof Collection<?> list ? list : List.of();
    }
}
