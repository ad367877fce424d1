package io.ferrule.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two streams, one of each direction, as a Unix socket that one connection is made to; the Java runtime has no socketpair(2). The
 * socket stands in a directory that nobody else may enter, and both are gone as soon as the connection stands. The end of a stream
 * is a half-close of the socket and the other way round. Streams block, so each has a thread.
 */
final class StreamSocket implements AutoCloseable {
    private static final int CHUNK_BYTES = 32_768;
    /** What was under way to a reader that is gone; whoever sends more is told by a broken connection. */
    private static final int DISCARDED_BYTES = 1 << 20;

    private final Path directory;
    private final Path path;
    private final ServerSocketChannel listener;
    private final AtomicInteger directions = new AtomicInteger(2);
    private final CompletableFuture<Void> delivered = new CompletableFuture<>();
    private volatile boolean deaf;
    private volatile boolean together;

    private StreamSocket(Path directory, Path path, ServerSocketChannel listener) {
        this.directory = directory;
        this.path = path;
        this.listener = listener;
    }

    /** A socket that waits for its connection. */
    static StreamSocket open() throws IOException {
        Path directory = Files.createTempDirectory("ferrule-program"); // 0700
        Path path = directory.resolve("socket");
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            StreamSocket socket = new StreamSocket(directory, path, listener);
            try {
                listener.bind(UnixDomainSocketAddress.of(path), 1);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            Files.deleteIfExists(directory);
            throw e;
        }
    }

    /** Where to connect to, once. */
    Path path() {
        return path;
    }

    /** Done when all that the connection has brought is where it belongs, or nobody takes it any more. */
    CompletionStage<Void> delivered() {
        return delivered;
    }

    /**
     * Waits for the connection and carries its bytes until both directions have ended; the streams are closed then. Blocks.
     *
     * @param from what is read by who connects
     * @param to gets what that one writes
     * @throws IOException if nobody connected before {@link #close}
     */
    void carry(InputStream from, OutputStream to, String name) throws IOException {
        SocketChannel socket;
        try {
            socket = listener.accept();
        } catch (IOException e) {
            List.of(from, to).forEach(StreamSocket::quietly);
            delivered.complete(null);
            throw e;
        } finally {
            close();
        }
        Thread output = new Thread(() -> carryOutput(from, socket), name + "-out");
        output.setDaemon(true);
        try {
            output.start();
        } catch (OutOfMemoryError e) { // pthread_create(3) has failed
            List.of(socket, from, to).forEach(StreamSocket::quietly);
            delivered.complete(null);
            throw new IOException("no thread can be had for it", e);
        }
        carryInput(socket, to);
    }

    /** The reader of what is written to it is gone, though its stream may not tell. Any thread. */
    void becomeDeaf() {
        deaf = true;
    }

    /** The end of what is written to it ends what is read from it, as if the reader had gone: of pipes stunnel thinks so. */
    void endTogether() {
        together = true;
    }

    private void carryInput(SocketChannel socket, OutputStream to) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        int discarded = 0;
        try (to) {
            while (discarded <= DISCARDED_BYTES && socket.read(chunk.clear()) >= 0) {
                if (deaf) {
                    discarded += chunk.position();
                    continue;
                }
                try {
                    to.write(chunk.array(), 0, chunk.position());
                    to.flush();
                } catch (IOException readerIsGone) {
                    deaf = true;
                }
            }
            if (together) {
                socket.shutdownOutput();
            }
        } catch (IOException connectionIsOver) {
            // a reset is an end as well
        } finally {
            end(socket, discarded > DISCARDED_BYTES);
            delivered.complete(null);
        }
    }

    private void carryOutput(InputStream from, SocketChannel socket) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (from) {
            for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                ByteBuffer left = ByteBuffer.wrap(chunk, 0, n);
                while (left.hasRemaining()) {
                    socket.write(left);
                }
            }
            socket.shutdownOutput();
        } catch (IOException connectionIsOver) {
            // whoever wrote is told when it writes the next time
        } finally {
            end(socket, false);
        }
    }

    private void end(SocketChannel socket, boolean atOnce) {
        if (directions.decrementAndGet() == 0 || atOnce) {
            quietly(socket);
        }
    }

    private static void quietly(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // there is nobody to tell, and nothing more to be done
        }
    }

    /** Waits no longer, and leaves nothing in the file system. */
    @Override
    public void close() {
        quietly(listener);
        for (Path each : new Path[] {path, directory}) {
            quietly(() -> Files.deleteIfExists(each));
        }
    }
}
