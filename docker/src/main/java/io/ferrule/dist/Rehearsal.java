package io.ferrule.dist;

import io.ferrule.config.Pin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Runs both programs in one JVM, sends something through them, and ends: what the JVM has loaded and linked by then is what
 * an image's AOT cache (JEP 483) should hold. Any failure ends with 1 and fails the image's build.
 */
final class Rehearsal {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 20;

    private final Path directory;
    private final ServerSocket target;
    private final int serverPort = freePort();
    private final int clientPort = freePort();
    private final int adminPort = freePort();

    private Rehearsal(Path directory) throws IOException {
        this.directory = directory;
        this.target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** The argument is an empty directory for the certificate that the server makes. */
    public static void main(String[] arguments) throws Exception {
        Rehearsal rehearsal = new Rehearsal(Path.of(arguments[0]));
        thread("limit", () -> {
            Thread.sleep(LIMIT.toMillis());
            throw new IllegalStateException("it took longer than " + LIMIT);
        });
        rehearsal.play();
        System.out.println("rehearsed");
        System.exit(0);
    }

    private void play() throws Exception {
        thread("target", this::echo);
        String target = "127.0.0.1:" + this.target.getLocalPort();
        String server = "127.0.0.1:" + serverPort;
        String state = directory.toString();
        program("server", "--access", "anyone", "--listen", server, "--target", target, "--state-directory", state);
        awaitPort(serverPort);
        String pin = pin(directory.resolve("default.crt")).toString();
        String listen = "127.0.0.1:" + clientPort;
        String admin = Integer.toString(adminPort);
        program("client", "--target", server, "--pin", pin, "--listen", listen, "--admin", admin);
        awaitPort(clientPort);
        for (int i = 0; i < CONNECTIONS; i++) {
            ask(clientPort, "PING\r\n");
        }
        awaitPort(adminPort);
        for (String page : List.of("/readyz", "/livez", "/metrics")) {
            ask(adminPort, "GET " + page + " HTTP/1.0\r\nHost: localhost\r\n\r\n");
        }
    }

    private static void program(String role, String... options) {
        String[] command = {role, "run", "--log-format", "json"};
        String[] all = Arrays.copyOf(command, command.length + options.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        thread(role, () -> Ferrule.main(all));
    }

    /** Answers what it is sent, one connection at a time; a connection may end as it likes. */
    private void echo() throws IOException {
        while (true) {
            try (Socket socket = target.accept()) {
                repeat(socket);
            }
        }
    }

    private static void repeat(Socket socket) {
        try {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException reset) {
            // whoever waited for an answer says that it did not come
        }
    }

    private static void ask(int port, String question) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(question.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            if (in.readAllBytes().length == 0) {
                throw new IOException("no answer on port " + port);
            }
        }
    }

    private static void awaitPort(int port) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (ConnectException e) {
                Thread.onSpinWait();
            }
        }
        throw new IOException("nobody listens on port " + port);
    }

    private static Pin pin(Path certificate) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(certificate)) {
            return Pin.of(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    /** What may fail. */
    private interface Act {
        void run() throws Exception;
    }

    private static void thread(String name, Act act) {
        Thread thread = new Thread(
                () -> {
                    try {
                        act.run();
                    } catch (Exception e) {
                        e.printStackTrace();
                        Runtime.getRuntime().halt(1);
                    }
                },
                "rehearsal-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
