package io.ferrule.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.Address;
import io.ferrule.config.Limits;
import io.ferrule.config.Timeouts;
import io.ferrule.net.Acceptor;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Listener;
import io.ferrule.net.Transport;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Manual;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.Subprocess;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The image's /usr/bin/ferrule, compiled for this machine with other paths. */
@EnabledOnOs(OS.LINUX)
@NeedsCommand("gcc")
@Timeout(120)
class ImageCommandIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path JAVA =
            Path.of(System.getProperty("it.java", System.getProperty("java.home") + "/bin/java"));
    private static final Path DISTRIBUTION = Path.of(System.getProperty("it.distribution", "target/ferrule"));
    private static final String NONE =
            "ferrule: no ferrule with health-check (FERRULE_HEALTH_CHECK=true) listens in this container";

    @TempDir
    static Path directory;

    /** Starts the distribution, and asks what listens on the name that all processes of this mount namespace have. */
    private static Path ferrule;

    /** Starts a script, and asks on a name of this run's own. */
    private static Path scripted;

    private static String ownName = "";

    @BeforeAll
    static void compile() throws IOException {
        ferrule = gcc(
                "ferrule",
                "FERRULE_JAVA=" + JAVA,
                "FERRULE_JVM_OPTIONS=" + DISTRIBUTION.resolve("jvm.options"),
                "FERRULE_JAR=" + DISTRIBUTION.resolve("lib/ferrule.jar"));
        Path script = Files.writeString(directory.resolve("java"), "#!/bin/sh\nprintf '<%s>\\n' \"$@\" \"$$\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        String prefix = "ferrule-test-" + UUID.randomUUID() + "-";
        scripted = gcc(
                "scripted",
                "FERRULE_JAVA=" + script,
                "FERRULE_SOCKET=" + prefix,
                "FERRULE_CGROUP=" + directory.resolve("cgroup"));
        ownName = prefix + mountNamespace();
    }

    @Test
    void readyWhileRedisAnswersAndNotOnceItIsGone() {
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess server = server(redis)) {
            assertThat(run(ferrule, "health"))
                    .isEqualTo(new CommandResult(0, "ready\ndefault: ok: " + redis.address() + " accepts connections"));
            assertThat(run(ferrule, "health", "live")).isEqualTo(new CommandResult(0, "ok"));
            redis.kill();
            CommandResult away = awaitNotReady();
            assertThat(away.output()).startsWith("not ready\ndefault: failed: ").contains("connection refused");
            assertThat(run(ferrule, "health", "live").exitCode()).isZero();
            assertThat(server.alive()).isTrue();
        }
    }

    @Test
    void notReadyWhileDrainingAndGoneAfterwards() throws Exception {
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess server = server(redis)) {
            String port = server.awaitLine("listening .*listen=127\\.0\\.0\\.1:(\\d+)", LIMIT)
                    .group(1);
            try (Peer open = Peer.tls(Integer.parseInt(port), JdkTls.anonymous())) {
                assertThat(open.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
                server.terminate(); // it is this process: the command took its place rather than starting a child
                server.awaitLine("draining", LIMIT);
                assertThat(run(ferrule, "health")).isEqualTo(new CommandResult(1, "draining"));
                assertThat(run(ferrule, "health", "live").exitCode()).isZero();
            }
            assertThat(server.awaitExit(LIMIT)).isZero();
        }
        assertThat(run(ferrule, "health")).isEqualTo(new CommandResult(1, NONE));
    }

    @Test
    void machineWithoutNativeTransportsIsRefusedByCheck() {
        ProcessBuilder check = command(ferrule, "server", "check", "--health-check", "--access", "anyone");
        check.environment().put("JDK_JAVA_OPTIONS", "-Dio.netty.transport.noNative=true");
        try (Subprocess process = Subprocess.start("check", check)) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(2);
            assertThat(process.output()).contains("health-check: it needs epoll or io_uring, and nio is what works");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSH-2.0-OpenSSH_9.2~|what answered is not the health check of a ferrule",
                "HTTP/1.1 200 OK~X: y~|what answered is not the health check of a ferrule",
                "HTTP/1.1 2000 OK~~ready|what answered is not the health check of a ferrule",
                "HTTP/2 200 OK~~ready|what answered is not the health check of a ferrule",
                "HTTP/1.1 404 Not Found~~there is nothing|the answer has the status 404",
                "''|closed without an answer: only root and the user that ferrule runs as get one",
            })
    void answerThatIsNoneIsNotReady(String answer, String complaint) {
        try (var unused = new ScriptedSocket(ctx -> finish(ctx, answer.replace("~", "\r\n")))) {
            CommandResult result = run(scripted, "health");
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.output()).contains("ferrule: " + complaint);
        }
    }

    @Test
    void controlCharactersOfTheAnswerDoNotReachTheTerminal() {
        String answer = "HTTP/1.1 503 x\r\n\r\nnot \u001b[2Jready\r\u0007\u00e9\nend";
        try (var unused = new ScriptedSocket(ctx -> finish(ctx, answer))) {
            assertThat(run(scripted, "health")).isEqualTo(new CommandResult(1, "not ?[2Jready????\nend"));
        }
    }

    @Test
    void endlessAnswerIsCut() {
        String answer = "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1_000_000);
        try (var unused = new ScriptedSocket(ctx -> finish(ctx, answer))) {
            CommandResult result = run(scripted, "health");
            assertThat(result.exitCode()).isZero();
            assertThat(result.output()).hasSizeLessThan(4_097);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "dripping"})
    void answerThatDoesNotEndIsNotWaitedFor(String how) {
        Consumer<ChannelHandlerContext> drip = ctx -> {
            if (how.equals("dripping")) {
                ctx.executor()
                        .scheduleAtFixedRate(
                                () -> ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), "H")),
                                0,
                                100,
                                TimeUnit.MILLISECONDS);
            }
        };
        try (var unused = new ScriptedSocket(drip)) {
            assertThat(run(scripted, "health")).isEqualTo(new CommandResult(1, "ferrule: no answer within 2000 ms"));
        }
    }

    @Test
    void nobodyListeningIsNotReady() {
        assertThat(run(scripted, "health")).isEqualTo(new CommandResult(1, NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alive", "READY", "-x", ""})
    void wordThatIsNoneOfTheTwoIsRefused(String word) {
        assertThat(run(scripted, "health", word))
                .isEqualTo(new CommandResult(
                        1, "ferrule: health takes \"ready\" or \"live\"; ferrule health --help says more"));
    }

    @Test
    void helpSaysHowItIsUsed() {
        CommandResult help = run(scripted, "health", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.output()).startsWith("Usage: ferrule health [ready|live]\n");
    }

    @ParameterizedTest
    @CsvSource({"ferrule, ''", "proxy-server, server", "proxy-client, client", "stunnel, stunnel"})
    void everythingElseIsJavas(String name, String program) throws IOException {
        Path called = directory.resolve("as").resolve(name);
        Files.createDirectories(called.getParent());
        Files.createSymbolicLink(called, scripted);
        Subprocess process = Subprocess.start(name, command(called, "run", "--target", "a b", "", "*"));
        assertThat(process.awaitExit(LIMIT)).isZero();
        List<String> expected =
                new ArrayList<>(List.of("@/opt/ferrule/jvm.options", "-jar", "/opt/ferrule/lib/ferrule.jar"));
        if (!program.isEmpty()) {
            expected.add(program);
        }
        expected.addAll(List.of("run", "--target", "a b", "", "*", Long.toString(process.pid())));
        assertThat(process.lines())
                .isEqualTo(expected.stream().map(a -> "<" + a + ">").toList());
    }

    @ParameterizedTest
    @CsvSource({
        "memory.max, 100663296, '', true",
        "memory.max, 134217728, '', false",
        "memory.max, max, '', false",
        "memory.max, 100663296, -XX:TieredStopAtLevel=4, false",
        "memory/memory.limit_in_bytes, 100663296, '', true",
        "memory/memory.limit_in_bytes, 9223372036854771712, '', false",
    })
    void smallContainerDoesWithoutTheOptimizingCompiler(String file, String limit, String said, boolean without)
            throws IOException {
        Path told = directory.resolve("cgroup").resolve(file);
        Files.createDirectories(told.getParent());
        Files.writeString(told, limit + "\n");
        try {
            ProcessBuilder command = command(scripted, "server", "run");
            command.environment().put("JDK_JAVA_OPTIONS", said);
            try (Subprocess process = Subprocess.start("small", command)) {
                assertThat(process.awaitExit(LIMIT)).isZero();
                assertThat(process.lines().contains("<-XX:TieredStopAtLevel=1>"))
                        .isEqualTo(without);
            }
        } finally {
            Files.delete(told);
        }
    }

    @ParameterizedTest
    @CsvSource({"/nowhere/java, 127, No such file or directory", "/, 126, Permission denied"})
    void javaThatCannotBeStartedIsNamed(String java, int exitCode, String why) {
        Path broken = gcc("broken" + exitCode, "FERRULE_JAVA=" + java);
        assertThat(run(broken, "server", "run"))
                .isEqualTo(new CommandResult(exitCode, "ferrule: cannot start " + java + ": " + why));
    }

    @Test
    void tooManyArgumentsAreRefused() {
        String[] many = new String[1_025];
        java.util.Arrays.fill(many, "x");
        assertThat(run(scripted, many)).isEqualTo(new CommandResult(126, "ferrule: more than 1024 arguments"));
    }

    private Subprocess server(RedisUnderTest redis) {
        // Another build on this machine may be at this very test: all of them have one name.
        await("the health socket's name to be free")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !Files.readString(Path.of("/proc/net/unix"))
                        .contains("@ferrule-health-" + mountNamespace() + "\n"));
        Subprocess server = Subprocess.start(
                "ferrule server",
                command(
                        ferrule,
                        "server",
                        "run",
                        "--health-check",
                        "--access",
                        "anyone",
                        "--listen",
                        "127.0.0.1:0",
                        "--target",
                        redis.address(),
                        "--state-directory",
                        directory.resolve("state").toString()));
        server.awaitLine(" health check ", LIMIT);
        return server;
    }

    /** An answer may be up to a second old. */
    private static CommandResult awaitNotReady() {
        return await("the check to fail").atMost(LIMIT).until(() -> run(ferrule, "health"), r -> r.exitCode() != 0);
    }

    private static CommandResult run(Path command, String... arguments) {
        try (Subprocess process = Subprocess.start(command.toString(), command(command, arguments))) {
            return new CommandResult(process.awaitExit(LIMIT), process.output());
        }
    }

    private static ProcessBuilder command(Path command, String... arguments) {
        List<String> words = new ArrayList<>(List.of(command.toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().keySet().removeIf(n -> n.startsWith("FERRULE_") || n.endsWith("JAVA_OPTIONS"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static Path gcc(String name, String... definitions) {
        Path program = directory.resolve(name);
        List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"));
        for (String definition : definitions) {
            command.add("-D" + definition.replaceFirst("=", "=\"") + "\"");
        }
        command.addAll(List.of(
                "-o",
                program.toString(),
                Manual.root().resolve("docker/src/main/c/ferrule.c").toString()));
        CommandResult.of(command.toArray(String[]::new)).orFail();
        return program;
    }

    private static String mountNamespace() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString().replaceAll("\\D", "");
    }

    private static void finish(ChannelHandlerContext ctx, String answer) {
        ctx.writeAndFlush(ctx.alloc().buffer().writeBytes(answer.getBytes(StandardCharsets.UTF_8)))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** Listens on this run's own name, and does the same to everyone who asks. */
    private static final class ScriptedSocket implements AutoCloseable {
        private final EventLoopGroup loop = Transport.EPOLL.newEventLoops(1);
        private final Listener listener;

        ScriptedSocket(Consumer<ChannelHandlerContext> script) {
            Acceptor acceptor =
                    new Acceptor(LegOptions.of(Limits.DEFAULT, Timeouts.DEFAULT), new Script(script), resource -> {});
            listener = Listener.bind(Transport.EPOLL, loop, Address.abstractSocket(ownName), acceptor)
                    .join();
        }

        @Override
        public void close() {
            listener.close().toCompletableFuture().join();
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Sharable
    private static final class Script extends ChannelInboundHandlerAdapter {
        private final Consumer<ChannelHandlerContext> script;

        Script(Consumer<ChannelHandlerContext> script) {
            this.script = script;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object question) {
            ReferenceCountUtil.release(question);
            script.accept(ctx);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable gone) {
            ctx.close();
        }
    }
}
