package io.ferrule.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * One end of a connection, plaintext or TLS by the JDK, with everything a good or bad peer may do: half-close, reset, read
 * slowly. Every read has a limit of time.
 */
public final class Peer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Socket socket;

    Peer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.setTcpNoDelay(true);
    }

    /** Connects in plaintext to a port of 127.0.0.1. */
    public static Peer plain(int port) throws IOException {
        return plain(port, 0);
    }

    /**
     * Connects in plaintext with a small receive buffer, so that a slow reader is felt by the other end at once.
     *
     * @param receiveBufferBytes 0 leaves it to the kernel
     */
    public static Peer plain(int port, int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
        return new Peer(socket);
    }

    /**
     * Connects to a port of 127.0.0.1 and does the handshake; the server's certificate is not judged.
     *
     * @param protocols such as {@code TLSv1.3}; none leaves them to the JDK
     */
    public static Peer tls(int port, SSLContext context, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.startHandshake();
        return new Peer(socket);
    }

    /** The same with a server name asked for (SNI). */
    public static Peer tlsTo(String serverName, int port, SSLContext context, String... protocols) throws IOException {
        Socket below = new Socket();
        below.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
        below.setSoTimeout((int) LIMIT.toMillis());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(below, serverName, port, true);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        try {
            socket.startHandshake();
            return new Peer(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Goes on with TLS as the client, on the same connection; the server's certificate is not judged. */
    public Peer startTls(SSLContext context) throws IOException {
        return startTls(context, "127.0.0.1");
    }

    /** The same with a server name asked for (SNI). */
    public Peer startTls(SSLContext context, String serverName) throws IOException {
        SSLSocket upon =
                (SSLSocket) context.getSocketFactory().createSocket(socket, serverName, socket.getPort(), true);
        upon.startHandshake();
        return new Peer(upon);
    }

    /** Goes on with TLS as the server, on the same connection. */
    public Peer acceptTls(SSLContext context) throws IOException {
        SSLSocket upon = (SSLSocket) context.getSocketFactory().createSocket(socket, (InputStream) null, true);
        upon.setUseClientMode(false);
        upon.startHandshake();
        return new Peer(upon);
    }

    /** Up to CR LF, which is left out. */
    public String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in().read(); c != '\n'; c = in().read()) {
            if (c < 0) {
                throw new java.io.EOFException("the connection ended after: " + line);
            }
            line.append((char) c);
        }
        return line.toString().replaceFirst("\r$", "");
    }

    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    public Peer send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public Peer send(byte[] content) throws IOException {
        Bytes.write(out(), content);
        return this;
    }

    /** Exactly that many bytes as text; an earlier end throws. */
    public String receive(int bytes) throws IOException {
        byte[] received = in().readNBytes(bytes);
        if (received.length < bytes) {
            throw new java.io.EOFException("only " + received.length + " of " + bytes + " bytes came: "
                    + new String(received, StandardCharsets.UTF_8));
        }
        return new String(received, StandardCharsets.UTF_8);
    }

    /** Everything up to a clean end, digested. */
    public Bytes receiveAll() throws IOException {
        return Bytes.drain(in());
    }

    /** Ends the sending direction: FIN, after close_notify where there is TLS. */
    public Peer finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Breaks the connection off with a TCP reset, without close_notify. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            return;
        }
        close();
    }

    public Peer timeout(Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
        return this;
    }

    /** Its own port, by which the other end knows it. */
    public int localPort() {
        return socket.getLocalPort();
    }

    /** The version of TLS spoken, such as {@code TLSv1.3}. */
    public String tlsVersion() {
        return ((SSLSocket) socket).getSession().getProtocol();
    }

    /** The certificate that a TLS peer showed. */
    public X509Certificate peerCertificate() throws SSLPeerUnverifiedException {
        return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }

    /** How a connection ended, as its reader saw it. */
    public enum End {
        CLEAN,
        RESET,
        STILL_OPEN
    }

    /** Reads on until the connection ends, and tells how. */
    public End awaitEnd(Duration limit) {
        try {
            timeout(limit);
            Bytes.drain(in());
            return End.CLEAN;
        } catch (java.net.SocketTimeoutException open) {
            return End.STILL_OPEN;
        } catch (IOException broken) {
            return End.RESET;
        }
    }

    /**
     * How a connection in plaintext ends on which a text is sent, for ports that may end it before the text is sent, or even
     * before the system has told that it is open.
     */
    public static End endAfterSending(int port, String text, Duration limit) throws ConnectException {
        try (Peer peer = plain(port)) {
            return peer.send(text).awaitEnd(limit);
        } catch (ConnectException nobodyListens) {
            throw nobodyListens;
        } catch (IOException reset) {
            return End.RESET;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
