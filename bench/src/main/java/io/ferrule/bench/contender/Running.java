package io.ferrule.bench.contender;

import io.ferrule.bench.load.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The processes of one contender, and the port that the load goes to. */
public final class Running implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Endpoint endpoint;
    private final ProcessTree tree;
    private final List<Process> processes = new ArrayList<>();
    private final List<Path> logs = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    Running(Endpoint endpoint, ProcessTree tree) {
        this.endpoint = endpoint;
        this.tree = tree;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** One more process that belongs to it, and the port of 127.0.0.1 that it will listen on. */
    Running with(Path log, int port, List<String> command) throws IOException {
        Files.deleteIfExists(log);
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
        logs.add(log);
        ports.add(port);
        return this;
    }

    /** Waits until all its ports are open, half a minute at most; throws what it said if it ended instead. */
    public void await() throws IOException {
        long start = System.nanoTime();
        for (int port : ports) {
            while (!accepts(port)) {
                requireAlive();
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    throw new IOException("nothing listens on port " + port + " after 30 s: " + said());
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public void requireAlive() throws IOException {
        for (Process process : processes) {
            if (!process.isAlive()) {
                throw new IOException("it ended with exit code " + process.exitValue() + ": " + said());
            }
        }
    }

    private String said() throws IOException {
        StringBuilder said = new StringBuilder();
        for (Path log : logs) {
            List<String> lines = Files.readAllLines(log);
            said.append(String.join(" | ", lines.subList(Math.max(0, lines.size() - 4), lines.size())));
        }
        return said.toString();
    }

    /** User and system time so far, in seconds; it moves in steps of the kernel's tick, 10 ms as a rule. */
    public double cpuSeconds() throws IOException {
        requireAlive();
        return tree.cpuSeconds(processes);
    }

    public Memory memory() throws IOException {
        requireAlive();
        return tree.memory(processes);
    }

    /** Ends the processes and waits until they have. */
    @Override
    public void close() {
        for (Process process : processes) {
            List<ProcessHandle> workers = process.descendants().toList();
            process.destroy();
            try {
                process.waitFor(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            workers.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }
}
