package io.ferrule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ferrule.testing.Manual;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the code to the table of rooms in docs/architecture.md. */
class HouseTest {
    private static final String ROOT = "io.ferrule.";

    /** Room → the rooms of ours that it may import. */
    static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("config", Set.of()),
            Map.entry("connection", Set.of("config")),
            Map.entry("stunnel", Set.of("config", "connection")),
            Map.entry("token", Set.of("config")),
            Map.entry("hostsaccess", Set.of("config")),
            Map.entry("ident", Set.of()),
            Map.entry("pki", Set.of("config", "connection", "token")),
            Map.entry("net", Set.of("config")),
            Map.entry("tls", Set.of("config", "connection", "pki", "token")),
            Map.entry("psk", Set.of("config", "connection", "tls")),
            Map.entry("backend", Set.of("config", "net")),
            Map.entry("admission", Set.of("config", "connection")),
            Map.entry("negotiate", Set.of("config", "connection")),
            Map.entry("clients", Set.of("config", "connection", "pki", "admission")),
            Map.entry("proxyprotocol", Set.of("config", "connection")),
            Map.entry("relay", Set.of("config", "connection")),
            Map.entry("observe", Set.of("config", "connection")),
            Map.entry(
                    "tunnel",
                    Set.of(
                            "config",
                            "connection",
                            "pki",
                            "net",
                            "tls",
                            "psk",
                            "backend",
                            "admission",
                            "hostsaccess",
                            "ident",
                            "proxyprotocol",
                            "relay",
                            "negotiate")),
            Map.entry("reload", Set.of()),
            Map.entry("admin", Set.of("config", "connection", "net", "observe", "tunnel")),
            Map.entry(
                    "app",
                    Set.of(
                            "config",
                            "connection",
                            "pki",
                            "net",
                            "tls",
                            "backend",
                            "admission",
                            "clients",
                            "relay",
                            "observe",
                            "tunnel",
                            "reload",
                            "admin",
                            "stunnel")));

    /** Library package → the rooms that may use it. */
    private static final Map<String, Set<String>> LIBRARY_ROOMS = Map.of(
            "org.bouncycastle..", Set.of("pki", "psk", "negotiate"),
            "io.micrometer..", Set.of("observe", "admin"),
            "org.snakeyaml..", Set.of("config"),
            "io.netty.internal.tcnative..", Set.of("tls"),
            "picocli..", Set.of("app"),
            "ch.qos.logback..", Set.of("app"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ferrule");

    static List<String> rooms() {
        return List.copyOf(new TreeSet<>(MAY_IMPORT.keySet()));
    }

    @Test
    void everyPackageIsARoomOfTheTable() {
        Set<String> packages = CLASSES.stream()
                .map(c -> c.getPackageName().substring(ROOT.length()))
                .collect(Collectors.toSet());
        assertThat(MAY_IMPORT.keySet()).containsAll(packages);
    }

    @Test
    void tableOfTheManualIsThisOne() {
        Pattern row = Pattern.compile("\\| `(\\w+)` \\| (.*) \\|");
        Map<String, Set<String>> told = Manual.page("docs/architecture.md")
                .lines()
                .map(row::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(m -> m.group(1), m -> roomsIn(m.group(2))));
        assertThat(told).isEqualTo(MAY_IMPORT);
    }

    private static Set<String> roomsIn(String cell) {
        return cell.equals("nothing") ? Set.of() : Set.of(cell.replace("`", "").split(", "));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void roomImportsOnlyWhatTheTableAllows(String room) {
        String[] forbidden = rooms().stream()
                .filter(r -> !r.equals(room) && !MAY_IMPORT.get(room).contains(r))
                .map(r -> ROOT + r + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void librariesStayInTheirRooms() {
        LIBRARY_ROOMS.forEach((library, allowed) -> noClasses()
                .that()
                .resideOutsideOfPackages(
                        allowed.stream().map(r -> ROOT + r + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES));
    }

    @Test
    void onlyAppPrintsOrExits() {
        DescribedPredicate<JavaClass> outsideApp = DescribedPredicate.describe(
                "outside app", c -> !c.getPackageName().equals(ROOT + "app"));
        noClasses()
                .that(outsideApp)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(CLASSES);
    }

    @Test
    void noRoomHoldsStaticMutableState() {
        List<String> mutable = CLASSES.stream()
                .flatMap(c -> c.getFields().stream())
                .filter(f ->
                        f.getModifiers().containsAll(List.of(com.tngtech.archunit.core.domain.JavaModifier.STATIC)))
                .filter(f -> !f.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.FINAL))
                .filter(f -> !f.getName().contains("$"))
                .map(f -> f.getFullName())
                .toList();
        assertThat(mutable).isEmpty();
    }
}
