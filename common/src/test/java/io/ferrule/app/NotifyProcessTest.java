package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NotifySocketPeer;
import io.ferrule.testing.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a service manager sees it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has such service managers")
@Timeout(60)
class NotifyProcessTest {
    private static final Pattern READY =
            Pattern.compile("READY=1\nSTATUS=127\\.0\\.0\\.1:(\\d+) → 127\\.0\\.0\\.1:\\d+; 0 connections");

    @TempDir
    Path directory;

    private ChildProgram run(String manager, String... more) throws IOException {
        return run(manager, List.of(), more);
    }

    private ChildProgram run(String manager, List<String> jvmOptions, String... more) throws IOException {
        String[] words = {"run", "--access", "anyone", "--listen", "127.0.0.1:0", "--drain-timeout", "1h"};
        return new ChildProgram(
                directory,
                List.of(),
                Map.of("NOTIFY_SOCKET", manager),
                jvmOptions,
                Stream.of(words, more).flatMap(Arrays::stream).toArray(String[]::new));
    }

    private static int port(String ready) {
        Matcher matcher = READY.matcher(ready);
        assertThat(matcher.matches()).as(ready).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private static void exchange(Peer peer) throws IOException {
        assertThat(peer.send("x").receive(1)).isEqualTo("x");
    }

    @Test
    void firstWordIsThatItIsReadyAndThenItListens() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory);
                ChildProgram program = run(manager.address());
                Peer peer = program.connect(port(manager.next()))) {
            exchange(peer);
        }
    }

    @Test
    void abstractSocketIsToldToo() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.inAbstract();
                ChildProgram program = run(manager.address())) {
            assertThat(port(manager.next())).isPositive();
            assertThat(program.runs()).isTrue();
        }
    }

    @Test
    void transportOfTheTunnelsDoesNotMatter() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory);
                ChildProgram program = run(manager.address(), "--transport", "nio")) {
            assertThat(port(manager.next())).isPositive();
            assertThat(program.lineWith("transport")).contains("nio");
        }
    }

    @Test
    void stopRightAfterReadyIsADrain() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory);
                ChildProgram program = run(manager.address())) {
            manager.nextWith("READY=1");
            program.signal("TERM");
            assertThat(program.exit(10)).isZero();
            assertThat(manager.next())
                    .isEqualTo("STOPPING=1\nSTATUS=draining: 0 connections, for at most 1h\nEXTEND_TIMEOUT_USEC="
                            + TimeUnit.SECONDS.toMicros(3610));
        }
    }

    @Test
    void statusFollowsTheOpenConnections() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory);
                ChildProgram program = run(manager.address())) {
            int port = port(manager.next());
            try (Peer peer = program.connect(port)) {
                exchange(peer);
                assertThat(manager.next())
                        .startsWith("STATUS=127.0.0.1:" + port + " → ")
                        .endsWith("; 1 connection");
                program.signal("TERM");
                assertThat(manager.next()).contains("STOPPING=1", "draining: 1 connection,");
            }
        }
    }

    @Test
    void hangupIsAReloadWithABeginningAndAnEnd() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory);
                ChildProgram program = run(manager.address())) {
            manager.nextWith("READY=1");
            long before = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
            program.signal("HUP");
            String reloading = manager.next();
            assertThat(reloading).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            // One clock for all processes: systemd compares it with its own.
            assertThat(Long.parseLong(reloading.replaceFirst("(?s).*=", "")))
                    .isBetween(before, TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
            assertThat(manager.next()).startsWith("READY=1\nSTATUS=127.0.0.1:").endsWith("; 0 connections");
        }
    }

    @Test
    void managerThatIsNotThereIsOneWarning() throws Exception {
        serves(run(directory.resolve("nobody").toString()), "no such file or directory");
    }

    @Test
    void addressOfAnotherKindIsOneWarning() throws Exception {
        serves(run("vsock:2:9999"), "neither a path nor the name of an abstract socket");
    }

    @Test
    void machineWithoutEpollIsOneWarning() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory)) {
            serves(
                    run(manager.address(), List.of("-Dio.netty.transport.noNative=true")),
                    "epoll, which is needed for it, does not work here");
            assertThat(manager.rest()).isEmpty();
        }
    }

    @Test
    void managerThatGoesAwayIsOneWarning() throws Exception {
        NotifySocketPeer manager = NotifySocketPeer.in(directory);
        try (ChildProgram program = run(manager.address())) {
            int port = port(manager.next());
            program.lineWith("clients connect with");
            manager.close();
            program.signal("HUP");
            assertThat(program.lineWith("the service manager cannot be told")).contains("WARN");
            try (Peer peer = program.connect(port)) {
                exchange(peer);
                program.lineWith("received 1 bytes");
            }
            program.signal("TERM");
            assertThat(program.rest()).noneMatch(line -> line.contains("cannot be told"));
            assertThat(program.exit(10)).isZero();
        }
    }

    private static void serves(ChildProgram started, String warning) throws Exception {
        try (ChildProgram program = started) {
            assertThat(program.lineWith("the service manager cannot be told")).contains("WARN", warning);
            try (Peer peer = program.connect(program.port())) {
                exchange(peer);
            }
            program.signal("HUP");
            program.lineWith("is in force");
            program.signal("TERM");
            assertThat(program.rest()).noneMatch(line -> line.contains("cannot be told"));
            assertThat(program.exit(10)).isZero();
        }
    }
}
