package io.ferrule.dist.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.Manual;
import io.ferrule.testing.NeedsCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The workflow files are ones that GitHub reads, ask for no more than they need, and call what is there. */
class WorkflowsTest {
    private static final WorkflowLanguage LANGUAGE = WorkflowLanguage.read();
    private static final Pattern MAVEN = Pattern.compile("(?m)(?<![\\w/-])mvn ([^\\n);|&]*)");
    private static final Pattern OURS = Pattern.compile("(?<![\\w./-])((?:\\.ci|docker|bench)/[\\w./-]+)");
    private static final Pattern STAGE = Pattern.compile("(?m)^\\s*stage: (\\w+)$");

    static List<WorkflowFile> all() {
        return WorkflowFile.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void githubReadsIt(WorkflowFile file) {
        assertThat(LANGUAGE.mistakes(file.tree())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  workflow_dispatch: | workflow_despatch:    | .on.workflow_despatch: no such key",
                "runs-on: x           | run-on: x             | .jobs.a.run",
                "runs-on: x           | name: b               | .jobs.a.runs-on: it is missing",
                "contents: read       | contents: reed        | .permissions.contents",
                "contents: read       | content: read         | .permissions.content: no such key",
                "timeout-minutes: 10  | timeout-minutes: ten  | .jobs.a.timeout-minutes",
                "run: make            | runs: make            | .jobs.a.steps[0]",
                "run: make ${{ matrix.os }} | run: [make]     | .jobs.a.steps[0].run",
                "os: [x]              | os: 5                 | .jobs.a.strategy.matrix.os",
                "matrix.os            | matrx.os              | cannot use matrx here",
                "jobs:                | job:                  | .jobs: it is missing",
            })
    void mistakeIsFound(String right, String wrong, String complaint) {
        String workflow =
                """
                on:
                  push:
                    branches: [main]
                  workflow_dispatch:
                permissions:
                  contents: read
                jobs:
                  a:
                    runs-on: x
                    timeout-minutes: 10
                    strategy:
                      matrix:
                        os: [x]
                    steps:
                      - run: make ${{ matrix.os }}
                """;
        assertThat(LANGUAGE.mistakes(WorkflowFile.parse(workflow))).isEmpty();
        assertThat(workflow).contains(right.strip());
        assertThat(LANGUAGE.mistakes(WorkflowFile.parse(workflow.replace(right.strip(), wrong.strip()))))
                .anySatisfy(m -> assertThat(m).contains(complaint));
    }

    @ParameterizedTest
    @MethodSource("all")
    void nothingIsPermittedByDefaultButToRead(WorkflowFile file) {
        assertThat(file.tree().get("permissions"))
                .isInstanceOf(Map.class)
                .satisfiesAnyOf(p -> assertThat(p).isEqualTo(Map.of()), p -> assertThat(p)
                        .isEqualTo(Map.of("contents", "read")));
        assertThat(file.jobs().values()).allSatisfy(job -> assertThat(((Map<?, ?>) job).containsKey("timeout-minutes"))
                .isTrue());
    }

    /** Whoever runs a build runs the code of all its plugins, and must not be able to publish a release. */
    @ParameterizedTest
    @MethodSource("all")
    void jobThatMayPublishAReleaseRunsNoBuild(WorkflowFile file) {
        file.eachStep((name, step) -> {
            Object permissions = ((Map<?, ?>) Objects.requireNonNull(file.jobs().get(name))).get("permissions");
            if (permissions instanceof Map<?, ?> may
                    && ("write".equals(may.get("contents")) || "write".equals(may.get("attestations")))) {
                assertThat(String.valueOf(step.get("run"))).doesNotContain("mvn");
                assertThat(String.valueOf(step.get("uses"))).doesNotContain("checkout");
            }
        });
    }

    /** What people and others write (titles, branches) would be run as a part of the script; variables are not. */
    @ParameterizedTest
    @MethodSource("all")
    void noScriptHasAnExpressionInIt(WorkflowFile file) {
        assertThat(file.scripts()).noneMatch(script -> script.contains("${{"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void actionsAreOfThoseWhoAreTrusted(WorkflowFile file) {
        assertThat(file.actions()).allSatisfy(action -> assertThat(action)
                .matches("(actions|github|docker)/[\\w-]+(/[\\w-]+)?@(v\\d+|[0-9a-f]{40})"));
    }

    @NeedsCommand("bash")
    @ParameterizedTest
    @MethodSource("all")
    void scriptsAreOnesThatBashReads(WorkflowFile file) {
        assertThat(file.scripts()).isNotEmpty().allSatisfy(script -> CommandResult.of(
                        Duration.ofSeconds(10), List.of("bash", "-n"), script.getBytes(StandardCharsets.UTF_8))
                .orFail());
    }

    @ParameterizedTest
    @MethodSource("all")
    void filesOfOursThatScriptsNameAreThere(WorkflowFile file) {
        assertThat(file.scripts())
                .flatMap(script ->
                        OURS.matcher(script).results().map(r -> r.group(1)).toList())
                .filteredOn(path -> !path.contains("/target/") && !path.equals("docker/Dockerfile"))
                .allMatch(path -> Files.exists(Manual.root().resolve(path)));
    }

    @Test
    void stagesThatAreBuiltAreInTheDockerfile() throws IOException {
        Path dockerfile = Manual.root().resolve("docker/Dockerfile");
        if (!Files.exists(dockerfile)) {
            throw LeftOut.skip("stages of the image", "there is no docker/Dockerfile");
        }
        String release = Files.readString(WorkflowFile.GITHUB.resolve("workflows/release.yml"));
        assertThat(STAGE.matcher(release).results().map(r -> r.group(1)))
                .isNotEmpty()
                .allSatisfy(stage ->
                        assertThat(Files.readString(dockerfile)).containsPattern("(?im)^FROM .* AS " + stage + "$"));
    }

    @Test
    void buildRunsTheWholeCheckAndTheCommandOfTheReadme() {
        List<String> scripts = WorkflowFile.read(WorkflowFile.GITHUB.resolve("workflows/build.yml"))
                .scripts();
        assertThat(scripts).contains("sudo bash .ci/run", "mvn -ntp verify");
        assertThat(Manual.blocksOf("README.md")).anyMatch(b -> b.commands().contains("mvn -ntp verify"));
    }

    /** Goals of plugins that are named in full are not looked at: the build does not know them. */
    @ParameterizedTest
    @MethodSource("all")
    void mavenCommandsNamePhasesAndProfilesThatThereAre(WorkflowFile file) throws IOException {
        String pom = Files.readString(Manual.root().resolve("pom.xml"));
        List<String> words = file.scripts().stream()
                .flatMap(script -> MAVEN.matcher(script).results())
                .map((MatchResult r) -> r.group(1))
                .flatMap(line -> Pattern.compile("\\s+").splitAsStream(line.strip()))
                .toList();
        assertThat(words).allSatisfy(word -> assertThat(word)
                .satisfiesAnyOf(
                        w -> assertThat(w).isIn("-ntp", "-q", "-N", "package", "verify", "test", "help:evaluate"),
                        w -> assertThat(w).startsWith("-D"),
                        w -> assertThat(pom).contains("<id>" + w.replaceFirst("^-P", "") + "</id>")));
    }

    @Test
    void dependabotLooksAfterFoldersThatHaveSomething() throws IOException {
        Map<?, ?> tree = WorkflowFile.parse(Files.readString(WorkflowFile.GITHUB.resolve("dependabot.yml")));
        assertThat(tree.get("version")).isEqualTo(2);
        assertThat((List<?>) tree.get("updates")).isNotEmpty().allSatisfy(update -> {
            Map<?, ?> map = (Map<?, ?>) update;
            assertThat(map.keySet().stream().map(String::valueOf))
                    .isSubsetOf("package-ecosystem", "directory", "schedule", "groups", "ignore");
            assertThat(String.valueOf(map.get("package-ecosystem"))).isIn("maven", "github-actions", "docker");
            assertThat(((Map<?, ?>) Objects.requireNonNull(map.get("schedule"))).get("interval"))
                    .isEqualTo("weekly");
            assertThat(Manual.root().resolve("." + map.get("directory"))).isDirectory();
        });
    }
}
