package io.ferrule.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server on a free port of 127.0.0.1 that treats every connection as a script says, each on a thread of its own. In
 * plaintext it stands in for a target; with TLS it is a server, or an impostor of one.
 */
public final class ScriptedServer implements AutoCloseable {
    /** What is done with one connection; it is closed afterwards, and an exception is kept for the test. */
    @FunctionalInterface
    public interface Script {
        void play(Peer peer) throws IOException;
    }

    private record Ending(@Nullable Throwable failure) {}

    private final ServerSocket listener;
    private final Script script;
    private final Thread acceptor;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();

    private ScriptedServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
        this.acceptor = new Thread(this::accept, "scripted server " + listener.getLocalPort());
        acceptor.setDaemon(true);
        acceptor.start();
    }

    public static ScriptedServer plain(Script script) throws IOException {
        return new ScriptedServer(bind(new ServerSocket()), script);
    }

    /**
     * With TLS by the JDK; a client certificate is asked for but not judged.
     *
     * @param protocols such as {@code TLSv1.3}; none leaves them to the JDK
     */
    public static ScriptedServer tls(SSLContext context, Script script, String... protocols) throws IOException {
        SSLServerSocket listener =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        if (protocols.length > 0) {
            listener.setEnabledProtocols(protocols);
        }
        listener.setWantClientAuth(true);
        return new ScriptedServer(bind(listener), script);
    }

    private static ServerSocket bind(ServerSocket listener) throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        return listener;
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    /** TCP connections taken so far. */
    public int accepted() {
        return accepted.get();
    }

    /** Waits until one more script has come to its end, and throws what it threw. */
    public void awaitPlayed() throws Exception {
        Ending ending = endings.poll(30, TimeUnit.SECONDS);
        if (ending == null) {
            throw new AssertionError("no script has ended within 30 s; connections accepted: " + accepted);
        }
        if (ending.failure() != null) {
            throw new AssertionError("the scripted server met " + ending.failure(), ending.failure());
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                Thread thread = new Thread(() -> play(socket), "script of " + socket.getPort());
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void play(Socket socket) {
        try (Peer peer = new Peer(socket)) {
            peers.add(peer);
            script.play(peer);
            endings.add(new Ending(null));
        } catch (IOException | RuntimeException | AssertionError e) {
            endings.add(new Ending(e));
        }
    }

    /** Stops listening and closes every connection. When it returns, the port refuses. */
    @Override
    public void close() {
        try {
            listener.close();
            peers.forEach(Peer::close);
            acceptor.join(); // a thread that still waits in accept() keeps the port open
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
