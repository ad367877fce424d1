package io.ferrule.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The release archive, unpacked where a person might unpack it. */
class ArchiveIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path temporary;

    @SuppressWarnings("NullAway.Init")
    private static Path home;

    @BeforeAll
    static void unpack() throws IOException {
        Path parent = Files.createDirectories(temporary.resolve("a folder's name"));
        CommandResult.of("tar", "xzf", Shipped.archive().toString(), "-C", parent.toString())
                .orFail();
        try (Stream<Path> inside = Files.list(parent)) {
            home = inside.reduce((a, b) -> {
                        throw new AssertionError("more than one folder in the archive: " + a + ", " + b);
                    })
                    .orElseThrow();
        }
    }

    @Test
    void folderIsNamedAfterTheVersion() {
        assertThat(Shipped.archive().getFileName()).hasToString(home.getFileName() + ".tar.gz");
    }

    @Test
    void versionIsPrintedWithItsNumber() {
        CommandResult version = run(home.resolve("bin/ferrule"), "version");
        assertThat(version.orFail())
                .startsWith("ferrule " + home.getFileName().toString().replace("ferrule-", ""));
    }

    @Test
    void programsAreKnownByTheNameTheyAreStartedBy() {
        assertThat(run(home.resolve("bin/proxy-server"), "--help").orFail()).startsWith("Usage: proxy-server");
        assertThat(run(home.resolve("bin/proxy-client"), "--help").orFail()).startsWith("Usage: proxy-client");
    }

    @Test
    void stunnelIsAskedAsStunnelIs() {
        assertThat(run(home.resolve("bin/stunnel"), "-version").output())
                .contains("TIMEOUTidle            = 43200 seconds");
    }

    @Test
    void symbolicLinksOfAnyNameLeadToTheProgram(@TempDir Path elsewhere) throws IOException {
        Path first = Files.createSymbolicLink(elsewhere.resolve("proxy-client"), home.resolve("bin/ferrule"));
        Path second = Files.createSymbolicLink(elsewhere.resolve("tunnel"), Path.of("proxy-client"));
        assertThat(run(first, "--help").orFail()).startsWith("Usage: proxy-client");
        assertThat(run(second, "--help").orFail()).startsWith("Usage: proxy-client");
        Path server = Files.createSymbolicLink(elsewhere.resolve("redis-tls"), home.resolve("bin/proxy-server"));
        assertThat(run(server, "--help").orFail()).startsWith("Usage: proxy-server");
    }

    @Test
    void pingGoesThroughBothPrograms(@TempDir Path directory) throws IOException {
        String pin = run(directory, home.resolve("bin/proxy-server"), "certificate")
                .orFail()
                .lines()
                .filter(line -> line.startsWith("pin "))
                .map(line -> line.replaceFirst("^pin +", ""))
                .findFirst()
                .orElseThrow();
        String serverPort = "127.0.0.1:" + Ports.free();
        int clientPort = Ports.free();
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess server = start(
                        directory,
                        "proxy-server",
                        List.of("--listen", serverPort, "--target", redis.address(), "--access", "anyone"),
                        List.of("--certificate", "proxy-server.crt", "--key", "proxy-server.key"));
                Subprocess client = start(
                        directory,
                        "proxy-client",
                        List.of("--listen", "127.0.0.1:" + clientPort, "--target", serverPort),
                        List.of("--pin", pin))) {
            await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
                assertThat(server.alive() && client.alive())
                        .as(server.output() + client.output())
                        .isTrue();
                try (Peer peer = Peer.plain(clientPort)) {
                    assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
                }
            });
            client.terminate();
            assertThat(client.awaitExit(LIMIT)).isZero();
            server.terminate();
            assertThat(server.awaitExit(LIMIT)).isZero();
        }
    }

    /** As the README of the archive begins. */
    @Test
    void invitationIsAllThatAClientNeeds(@TempDir Path directory) throws IOException {
        String serverPort = "127.0.0.1:" + Ports.free();
        int clientPort = Ports.free();
        List<String> state = List.of("--state-directory", "state", "--listen", serverPort);
        List<String> invite = new ArrayList<>(List.of("invite", "app", "--address", serverPort));
        invite.addAll(state);
        run(directory, home.resolve("bin/proxy-server"), invite.toArray(String[]::new))
                .orFail();
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess server = start(directory, "proxy-server", state, List.of("--target", redis.address()));
                Subprocess client = start(
                        directory,
                        "proxy-client",
                        List.of("app.ferrule"),
                        List.of("--listen", "127.0.0.1:" + clientPort))) {
            await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
                assertThat(server.alive() && client.alive())
                        .as(server.output() + client.output())
                        .isTrue();
                try (Peer peer = Peer.plain(clientPort)) {
                    assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
                }
            });
        }
    }

    @Test
    void javaHomeWithoutJavaIsNamed(@TempDir Path empty) {
        CommandResult result = run(
                empty, builder(empty, home.resolve("bin/ferrule"), "version"), Map.of("JAVA_HOME", empty.toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).isEqualTo("ferrule: JAVA_HOME is " + empty + ", but there is no bin/java in it");
    }

    @Test
    void missingJavaIsSaidWithTheRemedy(@TempDir Path tools) throws IOException {
        for (String tool : List.of("readlink", "dirname", "sed")) {
            Files.createSymbolicLink(
                    tools.resolve(tool), CommandResult.find(tool).orElseThrow());
        }
        CommandResult result = run(
                tools,
                builder(tools, home.resolve("bin/ferrule"), "version"),
                Map.of("JAVA_HOME", "", "PATH", tools.toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output())
                .isEqualTo("ferrule: no java on the PATH and no JAVA_HOME: install Java 17 or newer");
    }

    @Test
    void javaThatIsTooOldIsNamedWithItsVersion(@TempDir Path old) throws IOException {
        Files.createDirectories(old.resolve("bin"));
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"11.0.25\"\n");
        Path java = Files.writeString(old.resolve("bin/java"), "#!/bin/sh\necho started\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        CommandResult result =
                run(old, builder(old, home.resolve("bin/ferrule"), "version"), Map.of("JAVA_HOME", old.toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).isEqualTo("ferrule: " + java + " is Java 11.0.25; it takes 17 or newer");
    }

    private static Subprocess start(Path directory, String program, List<String> some, List<String> more) {
        ProcessBuilder builder = builder(directory, home.resolve("bin/" + program), "run");
        builder.command().addAll(some);
        builder.command().addAll(more);
        return Subprocess.start(program, builder);
    }

    private static CommandResult run(Path program, String... arguments) {
        return run(temporary, program, arguments);
    }

    private static CommandResult run(Path directory, Path program, String... arguments) {
        return run(directory, builder(directory, program, arguments), Map.of());
    }

    private static CommandResult run(Path directory, ProcessBuilder builder, Map<String, String> environment) {
        builder.directory(directory.toFile()).environment().putAll(environment);
        try (Subprocess process =
                Subprocess.start(Objects.requireNonNull(builder.command().get(0)), builder)) {
            return new CommandResult(process.awaitExit(LIMIT), process.output());
        }
    }

    private static ProcessBuilder builder(Path directory, Path program, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).directory(directory.toFile());
        builder.command(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new)));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("FERRULE_") || name.endsWith("JAVA_OPTIONS"));
        environment.put("JAVA_HOME", Shipped.javaHome().toString());
        return builder;
    }
}
