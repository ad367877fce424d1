package io.ferrule.backend;

import io.ferrule.config.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that was started for one connection, which is to be made to {@link #socket}. It sees the end of the connection as the
 * end of its input, and is never killed. Two threads carry its bytes while the connection lasts, and one waits for its output while
 * it outlives that.
 */
final class ProgramStart {
    /** As the Java runtime tells it, which is not the same in each version. */
    private static final Pattern REASON = Pattern.compile("error(?:=|: )(\\d+)[, ]+\\(?([^)]*)\\)?");

    private final StreamSocket socket;
    private final Process process;

    private ProgramStart(StreamSocket socket, Process process) {
        this.socket = socket;
        this.process = process;
    }

    /**
     * Starts it, on a thread of its own.
     *
     * @param client what it is told of its client, by the names of variables
     * @return fails with an {@link IOException} whose message says why, such as {@code No such file or directory (2)}
     */
    static CompletableFuture<ProgramStart> begin(Address.Program program, Map<String, String> client) {
        CompletableFuture<ProgramStart> started = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(program, client, started), "ferrule-program");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // pthread_create(3) has failed
            started.completeExceptionally(new IOException("no thread can be had for it", e));
        }
        return started;
    }

    private static void run(
            Address.Program program, Map<String, String> client, CompletableFuture<ProgramStart> started) {
        try (StreamSocket socket = StreamSocket.open()) {
            Process process = start(program, client);
            process.onExit().thenRun(socket::becomeDeaf);
            started.complete(new ProgramStart(socket, process));
            socket.carry(process.getInputStream(), process.getOutputStream(), "ferrule-program-" + process.pid());
        } catch (IOException
                | RuntimeException
                | OutOfMemoryError e) { // the latter for a client whose name no variable can hold
            started.completeExceptionally(e); // unless it had started, and nobody wanted it any more
        }
    }

    private static Process start(Address.Program program, Map<String, String> client) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.command());
        builder.environment().putAll(program.environment());
        builder.environment().putAll(client);
        if (program.ownErrors()) {
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        } else {
            builder.redirectErrorStream(true);
        }
        try {
            return builder.start();
        } catch (IOException e) {
            Matcher reason = REASON.matcher(String.valueOf(e.getMessage()));
            throw reason.find() ? new IOException(reason.group(2) + " (" + reason.group(1) + ")", e) : e;
        }
    }

    long pid() {
        return process.pid();
    }

    /** Where its input and output are; one connection can be made, until {@link #abandon}. */
    Path socket() {
        return socket.path();
    }

    /** The status that it ends with; 128 and the number of the signal that ended it. */
    CompletionStage<Integer> ended() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** No connection will be made: its input ends, and its output is read by nobody. Has no effect on one that was made. */
    void abandon() {
        socket.close();
    }
}
