package io.ferrule.it;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** TLS by the JDK over a plain connection, record by record, so that a test decides what reaches the wire and when. */
final class TlsByHand implements AutoCloseable {
    private final Peer wire;
    private final SSLEngine engine;
    private final ByteBuffer incoming;
    private final ByteBuffer room;
    private final ByteArrayOutputStream plaintext = new ByteArrayOutputStream();

    private TlsByHand(Peer wire, SSLEngine engine) {
        this.wire = wire;
        this.engine = engine;
        this.incoming = ByteBuffer.allocate(engine.getSession().getPacketBufferSize() * 2)
                .flip();
        this.room = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize() * 2);
    }

    /** A client that has not said anything yet; further connections with the same context resume. */
    static TlsByHand client(int port, SSLContext context, String version) throws IOException {
        SSLEngine engine = context.createSSLEngine("ferrule.test", port);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        return new TlsByHand(Peer.plain(port), engine);
    }

    static TlsByHand client(int port) throws IOException {
        return client(port, JdkTls.anonymous(), "TLSv1.3");
    }

    /** The server's end of a plain connection; the handshake is still to come. */
    static TlsByHand server(Peer wire, SSLContext context, String version) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(new String[] {version});
        return new TlsByHand(wire, engine);
    }

    /** Makes the ClientHello longer by this many protocols of 100 letters. */
    TlsByHand offeringProtocols(int count) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(IntStream.range(0, count)
                .mapToObj(i -> String.format(java.util.Locale.ROOT, "%0100d", i))
                .toArray(String[]::new));
        engine.setSSLParameters(parameters);
        return this;
    }

    Peer wire() {
        return wire;
    }

    /** The ClientHello, not sent yet. */
    byte[] hello() throws IOException {
        engine.beginHandshake();
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        wrapInto(hello, new byte[0]);
        return hello.toByteArray();
    }

    /** Carries the handshake out. */
    TlsByHand shakeHands() throws IOException {
        wire.send(lastFlight());
        return this;
    }

    /** Carries the handshake out, but returns this side's last flight instead of sending it. */
    byte[] lastFlight() throws IOException {
        if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
            engine.beginHandshake();
        }
        ByteArrayOutputStream flight = new ByteArrayOutputStream();
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrapInto(flight, new byte[0]);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    wire.send(flight.toByteArray());
                    flight.reset();
                    unwrap();
                }
                default -> {
                    return flight.toByteArray();
                }
            }
        }
    }

    /** The records of a text, not sent yet. */
    byte[] seal(String text) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        wrapInto(records, text.getBytes(StandardCharsets.ISO_8859_1));
        return records.toByteArray();
    }

    TlsByHand send(String text) throws IOException {
        wire.send(seal(text));
        return this;
    }

    /** Says close_notify and ends its direction of TCP. */
    void finish() throws IOException {
        engine.closeOutbound();
        wire.send(seal("")).finish();
    }

    /** Exactly that many letters; an earlier end throws. */
    String receive(int letters) throws IOException {
        while (plaintext.size() < letters) {
            unwrap();
        }
        byte[] all = plaintext.toByteArray();
        plaintext.reset();
        plaintext.write(all, letters, all.length - letters);
        return new String(all, 0, letters, StandardCharsets.ISO_8859_1);
    }

    private void wrapInto(ByteArrayOutputStream records, byte[] content) throws SSLException {
        ByteBuffer from = ByteBuffer.wrap(content);
        do {
            ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(from, record);
            records.write(record.array(), 0, record.position());
        } while (from.hasRemaining());
    }

    private void unwrap() throws IOException {
        SSLEngineResult result = engine.unwrap(incoming, room.clear());
        plaintext.write(room.array(), 0, room.position());
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            readMore();
        } else if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new EOFException("close_notify after " + plaintext.size() + " bytes");
        }
    }

    private void readMore() throws IOException {
        incoming.compact();
        int n = wire.in().read(incoming.array(), incoming.position(), incoming.remaining());
        if (n < 0) {
            throw new EOFException("TCP ended");
        }
        incoming.position(incoming.position() + n).flip();
    }

    private void runTasks() {
        for (Runnable task : tasks()) {
            task.run();
        }
    }

    private List<Runnable> tasks() {
        return java.util.stream.Stream.generate(engine::getDelegatedTask)
                .takeWhile(java.util.Objects::nonNull)
                .toList();
    }

    @Override
    public void close() {
        wire.close();
    }
}
