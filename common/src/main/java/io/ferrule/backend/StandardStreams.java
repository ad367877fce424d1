package io.ferrule.backend;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** This process's standard input and output as a Unix socket, where they are no socket themselves. Once in a process. */
final class StandardStreams {
    private StandardStreams() {}

    /**
     * Begins to carry their bytes, on threads of its own that the process need not wait for.
     *
     * @return where to connect to, once
     */
    static CompletableFuture<Path> begin() {
        CompletableFuture<Path> waiting = new CompletableFuture<>();
        Thread thread = new Thread(() -> carry(waiting), "ferrule-stdio");
        thread.setDaemon(true);
        thread.start();
        return waiting;
    }

    private static void carry(CompletableFuture<Path> waiting) {
        try (StreamSocket socket = StreamSocket.open()) {
            waiting.complete(socket.path());
            socket.endTogether();
            socket.carry(
                    new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out), "ferrule-stdio");
        } catch (IOException e) {
            waiting.completeExceptionally(e);
        }
    }
}
