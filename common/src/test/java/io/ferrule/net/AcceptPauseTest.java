package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.Address;
import io.ferrule.testing.ChildJvm;
import io.ferrule.testing.NeedsCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process without a free descriptor waits instead of spinning or dying, and serves again once there are some. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@NeedsCommand("prlimit")
class AcceptPauseTest {
    private static final int DESCRIPTORS = 128;
    private static final int CONNECTIONS = 300;

    @TempDir
    Path directory;

    static Stream<Transport> transports() {
        return Peers.transports();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void acceptPausesWithoutDescriptorsAndResumes(Transport transport) throws Exception {
        Path errors = directory.resolve("errors");
        Process process = start(transport, errors);
        List<SocketChannel> clients = new ArrayList<>();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8); // ends with the process
        try {
            String first = output.readLine();
            assertThat(first).as("%s", Files.readString(errors)).startsWith("port: ");
            Address address = new Address.Tcp("127.0.0.1", Integer.parseInt(first.substring("port: ".length())));
            Queue<String> pauses = new ConcurrentLinkedQueue<>();
            Thread reader = new Thread(() -> collect(output, pauses));
            reader.start();
            greet(address); // a process that has served before; a class path of directories takes a descriptor a class
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(Peers.connect(address)); // the kernel queues those that are not accepted
            }
            await().until(() -> !pauses.isEmpty());
            int pausesBefore = pauses.size();
            Duration cpuBefore = process.info().totalCpuDuration().orElseThrow();
            long begin = System.nanoTime();
            await().atMost(Duration.ofSeconds(20)).until(() -> pauses.size() >= pausesBefore + 3);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            Duration cpu = process.info().totalCpuDuration().orElseThrow().minus(cpuBefore);
            assertThat(took).isGreaterThan(Duration.ofMillis(1900)); // once a pause, and a pause is a second
            assertThat(cpu).isLessThan(took.dividedBy(2));
            closeAll(clients);
            greet(address);
            assertThat(pauses).containsOnly("paused: file descriptors");
            assertThat(errors).isEmptyFile();
            process.getOutputStream().close();
            assertThat(process.waitFor()).isZero();
            reader.join();
        } finally {
            closeAll(clients);
            process.destroyForcibly();
        }
    }

    private static void collect(BufferedReader output, Queue<String> lines) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException destroyed) {
            lines.add(destroyed.toString());
        }
    }

    private static Process start(Transport transport, Path errors) throws IOException {
        List<String> command = new ArrayList<>(List.of("prlimit", "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS));
        command.addAll(ChildJvm.command(CrampedListener.class, List.of("-Xmx64m")));
        command.add(transport.name());
        return new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }

    private static void greet(Address address) throws IOException {
        try (SocketChannel client = Peers.connect(address)) {
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
        }
    }

    private static void closeAll(List<SocketChannel> clients) throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
        clients.clear();
    }
}
