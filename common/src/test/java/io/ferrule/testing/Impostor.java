package io.ferrule.testing;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TLS server that pretends to be another one and notes every application byte that it is given. A tunnel that trusts
 * nobody but the right server gives it none.
 */
public final class Impostor implements AutoCloseable {
    private final AtomicLong stolen = new AtomicLong();
    private final ScriptedServer server;

    private Impostor(TestCertificate identity, String... protocols) throws IOException {
        this.server = ScriptedServer.tls(JdkTls.showing(identity), this::steal, protocols);
    }

    public static Impostor showing(TestCertificate identity, String... protocols) throws IOException {
        return new Impostor(identity, protocols);
    }

    public int port() {
        return server.port();
    }

    public String address() {
        return server.address();
    }

    /** TCP connections it was offered. */
    public int approached() {
        return server.accepted();
    }

    /** Application bytes it was given, over all connections. */
    public long stolenBytes() {
        return stolen.get();
    }

    /** Waits until one more of its victims has left, so that the count of bytes is final. */
    public void awaitDeserted() throws Exception {
        server.awaitPlayed();
    }

    private void steal(Peer peer) {
        try {
            byte[] chunk = new byte[4096];
            for (int n = peer.in().read(chunk); n >= 0; n = peer.in().read(chunk)) {
                stolen.addAndGet(n);
                peer.send("+OK\r\n");
            }
        } catch (IOException refused) {
            // What it hopes for is refused with an alert; nothing more to note.
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
