package io.ferrule.backend;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * This process's standard input and output as a Unix socket, where they are no socket themselves. Once in a process.
 *
 * @param path where to connect to, once
 * @param delivered done when all that the connection has brought is written; the process must not end before
 */
record StandardStreams(Path path, CompletionStage<Void> delivered) {
    /** Begins to carry their bytes, on threads of its own that the process does not wait for by itself. */
    static CompletableFuture<StandardStreams> begin() {
        CompletableFuture<StandardStreams> waiting = new CompletableFuture<>();
        Thread thread = new Thread(() -> carry(waiting), "ferrule-stdio");
        thread.setDaemon(true);
        thread.start();
        return waiting;
    }

    private static void carry(CompletableFuture<StandardStreams> waiting) {
        try (StreamSocket socket = StreamSocket.open()) {
            waiting.complete(new StandardStreams(socket.path(), socket.delivered()));
            socket.endTogether();
            socket.carry(
                    new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out), "ferrule-stdio");
        } catch (IOException e) {
            waiting.completeExceptionally(e);
        }
    }
}
