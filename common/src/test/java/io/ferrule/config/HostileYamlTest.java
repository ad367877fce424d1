package io.ferrule.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are broken by accident or on purpose end in one sentence, soon. */
@Timeout(120)
class HostileYamlTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "access: anyone\\n\\tlisten: 1|2: this is not YAML: ",
                "access: 'anyone|1: this is not YAML: ",
                "access: anyone\\nlisten 1\\ntarget: 2|3: this is not YAML: ",
                "access: [a|1: this is not YAML: ",
                "a: b: c|1: this is not YAML: mapping values are not allowed here",
                "access: @x|1: this is not YAML: ",
                "access: anyone\\n--- \\naccess: anyone|2: a second document begins here; one file holds one",
                "access: *x|1: the alias *x has no anchor before it",
                "access: &a [*a]|1: the alias *a has no anchor before it",
                "access: !!binary YW55b25l|1: tags such as tag:yaml.org,2002:binary are not understood here; remove it",
                "access: !!java.net.URL [x]|1: tags such as tag:yaml.org,2002:java.net.URL are not understood here",
                "? [a]\\n: b|1: a key is a single word, not a list or a mapping"
            })
    void brokenTextIsToldWithItsLine(String escaped, String start) {
        String text = escaped.replace("\\n", "\n").replace("\\t", "\t");
        assertThat(told(text).problems())
                .singleElement()
                .asString()
                .startsWith("test.yaml:" + start)
                .doesNotContain("\n", "Exception");
    }

    @Test
    void versionThatDoesNotExistIsTold() {
        assertThat(told("%YAML 3.0\n---\naccess: anyone").problems())
                .containsExactly("test.yaml: it asks for a YAML version that does not exist: write %YAML 1.2");
    }

    @Test
    void controlCharacterIsToldWithItsLine() {
        assertThat(told("access: anyone\nlisten: 7\u0001\n").problems())
                .containsExactly("test.yaml:2: the character U+0001 may not stand in YAML; is this a text file?");
    }

    @Test
    void binaryFileIsNoText() throws Exception {
        byte[] binary = new byte[4096];
        new Random(5).nextBytes(binary);
        Path file = Files.write(dir.resolve("a.bin"), binary);
        assertThat(Told.server().flag("config", file.toString()).problems())
                .containsExactly("--config: " + file + " is not UTF-8 text");
    }

    @Test
    void endlessFileIsNotReadToItsEnd() {
        assertThat(Told.server().flag("config", "/dev/zero").problems())
                .containsExactly("--config: /dev/zero is larger than 1MiB");
    }

    @Test
    void bracketsWithoutEndDoNotOverflowTheStack() {
        assertThat(told("access: " + "[".repeat(1_000_000)).problems())
                .containsExactly("test.yaml:1: this is nested more than 16 levels deep");
        assertThat(told("- ".repeat(500_000)).problems())
                .containsExactly("test.yaml:1: this is nested more than 16 levels deep");
    }

    @Test
    void billionLaughsAreNotLaughed() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(9, alias))));
        }
        assertThat(told(bomb + "alpn: *a9\n").problems())
                .hasSizeLessThan(20)
                .contains("test.yaml:11: alpn: the list holds something that is not a single value");
    }

    @Test
    void aliasesWithoutEndAreRefused() {
        assertThat(told("alpn: [&a x" + ", *a".repeat(10_000) + "]").problems())
                .containsExactly("test.yaml:1: there are more than 100 aliases");
    }

    @Test
    void thousandsOfUnknownKeysAreToldOneByOne() {
        StringBuilder many = new StringBuilder("access: anyone\n");
        for (int i = 0; i < 5000; i++) {
            many.append("zzz").append(i).append(": 1\n");
        }
        assertThat(told(many.toString()).problems()).hasSize(5000);
    }

    @Test
    void hugeKeyAndHugeValueAreCutInTheMessage() {
        assertThat(told("access: anyone\n\"" + "k".repeat(1000) + "\": 1\nlisten: " + "7".repeat(500_000))
                        .problems())
                .hasSize(2)
                .allMatch(p -> p.length() < 200);
    }

    @Test
    void contentOfAForeignFileIsNotPrinted() {
        assertThat(told("-----BEGIN PRIVATE KEY-----\nMIIsecretsecret\n-----END PRIVATE KEY-----\n")
                        .problems())
                .isNotEmpty()
                .noneMatch(p -> p.contains("secret"));
        assertThat(told("root:x:0:0:secret:/root:/bin/sh\n").problems())
                .isNotEmpty()
                .noneMatch(p -> p.contains("secret"));
    }

    @Test
    void noDamageToAGoodFileEscapesAsAnotherException() {
        String good =
                """
                admin: 9090
                tunnels:
                  a: &a
                    listen: "127.0.0.1:7000"
                    target: 6379
                    client-pin: [%s]
                    buffer: 64KiB
                  b: {listen: 7001, access: anyone, idle-timeout: 5m}
                """
                        .formatted(Told.PIN);
        Random random = new Random(6);
        String alphabet = "\t\n:[]{}*&!|>%@`'\"#,?- a0~\u0000\u0085é";
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int edits = random.nextInt(4); edits >= 0; edits--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(told(text.toString()).problems()).noneMatch(p -> p.contains("Exception") || p.contains("\n"));
        }
    }

    @Test
    void quadraticInputIsReadInReasonableTime() {
        String list = "alpn: [" + "a,".repeat(400_000) + "a]\n";
        assertTimeout(
                Duration.ofSeconds(60), () -> told("access: anyone\n" + list).problems());
    }

    @Test
    void malformedUtf8IsNotGuessedAt() throws Exception {
        Path file = dir.resolve("latin1.yaml");
        Files.write(file, "access: anyone # für\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ConfigReader.read(Role.SERVER, Map.of("config", List.of(file.toString())), Map.of()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--config: " + file + " is not UTF-8 text");
    }

    @Test
    void onlyTheParserKnowsTheLibrary() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(YamlParser.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.ferrule"));
    }

    private Told told(String yaml) {
        return Told.nothing(Role.SERVER).file(dir, yaml);
    }
}
