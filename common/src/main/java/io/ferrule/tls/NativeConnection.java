package io.ferrule.tls;

import io.netty.internal.tcnative.AsyncTask;
import io.netty.internal.tcnative.SSL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A BoringSSL connection and the BIO through which its ciphertext passes: the calls into {@code SSL} and nothing else. Used by
 * one event loop. After {@link #free} nothing may be called.
 *
 * <p>The BIO is a source or a sink, one at a time, over memory that the caller lends. What BoringSSL wants to send while the
 * BIO is a source (alerts, tickets, key updates) waits in a small ring.
 */
final class NativeConnection {
    /** Outcomes of {@link #handshake}, {@link #read} and {@link #write} that are not a count of bytes. */
    static final int WANT_READ = -1;

    static final int WANT_WRITE = -2;
    static final int CLOSE_NOTIFY = -3;
    static final int FAILED = -4;
    /** Of {@link #handshake} alone: it goes on after {@link #runTask}. */
    static final int WANT_CREDENTIALS = -5;

    static final int WANT_VERDICT = -6;
    /** Of {@link #handshake} alone: it goes on after {@link #runSigning}. */
    static final int WANT_SIGNATURE = -7;

    /** Handshake done. */
    static final int DONE = 0;

    private static final int RING_BYTES = 512;
    private static final int CHAIN_DEPTH = 10;

    private final long ssl;
    private final long bio;

    NativeConnection(NativeContext context, boolean client) {
        ssl = context.newSsl(client);
        bio = SSL.bioNewByteBuffer(ssl, RING_BYTES); // owned by ssl from now on
    }

    /** Identifies the connection in up-calls; reused by BoringSSL after {@link #free}. */
    long id() {
        return ssl;
    }

    /** Client, before the handshake. */
    void sendServerName(String name) {
        SSL.setTlsExtHostName(ssl, name);
    }

    /** Client, before the handshake: has the server staple its OCSP response (RFC 6066 §8). */
    void askForStaple() {
        SSL.enableOcsp(ssl);
    }

    /** Server, at {@link #WANT_CREDENTIALS}: whether the client is asked for a certificate, and has to show one. */
    void askForCertificate(boolean required) {
        SSL.setVerify(ssl, required ? SSL.SSL_CVERIFY_REQUIRED : SSL.SSL_CVERIFY_OPTIONAL, CHAIN_DEPTH);
    }

    /** Has the up-call made that the handshake waits for. */
    void runTask() {
        Runnable task = SSL.getTask(ssl);
        if (task != null) {
            task.run();
        }
    }

    /** Has the signature made that the handshake waits for; {@code done} is run on whatever thread made it. */
    void runSigning(Runnable done) {
        if (SSL.getTask(ssl) instanceof AsyncTask task) {
            task.runAsync(done);
        }
    }

    /**
     * Shows a chain whose key is elsewhere, after all credentials that were added.
     *
     * @param chain of BoringSSL's, which it retains
     * @param ocspResponse to be stapled; null for none
     */
    void showWithKeyElsewhere(long chain, byte @Nullable [] ocspResponse) throws Exception {
        SSL.setKeyMaterial(ssl, chain, 0);
        if (ocspResponse != null) {
            SSL.setOcspResponse(ssl, ocspResponse);
        }
    }

    /** Client, before the handshake: tries to continue {@code session}; the reference stays the caller's. */
    void resume(long session) {
        SSL.setSession(ssl, session);
    }

    /** Lends ciphertext to be read. */
    void source(long address, int bytes) {
        SSL.bioSetByteBuffer(bio, address, bytes, false);
    }

    /** Lends room for ciphertext to be written. */
    void sink(long address, int bytes) {
        SSL.bioSetByteBuffer(bio, address, bytes, true);
    }

    /** Bytes of the lent memory not yet used. */
    int left() {
        return SSL.bioLengthByteBuffer(bio);
    }

    /** Ends the loan; required before the memory is passed on or released. */
    void detach() {
        SSL.bioClearByteBuffer(bio);
    }

    /** Bytes that wait in the ring. */
    int ringed() {
        return SSL.bioLengthNonApplication(bio);
    }

    /** Moves the ring's bytes to lent memory and ends any loan; returns how many. */
    int drainRing(long address, int bytes) {
        SSL.bioSetByteBuffer(bio, address, bytes, true);
        int drained = SSL.bioFlushByteBuffer(bio);
        SSL.bioClearByteBuffer(bio);
        return drained;
    }

    /** {@link #DONE} or one of the negative outcomes. */
    int handshake() {
        int rc = SSL.doHandshake(ssl);
        return rc == 1 ? DONE : outcome(rc);
    }

    /** Decrypts into the memory given: a positive count, or one of the negative outcomes. */
    int read(long address, int bytes) {
        int rc = SSL.readFromSSL(ssl, address, bytes);
        return rc > 0 ? rc : outcome(rc);
    }

    /** Encrypts the whole of the memory given: its count, or one of the negative outcomes. */
    int write(long address, int bytes) {
        int rc = SSL.writeToSSL(ssl, address, bytes);
        return rc > 0 ? rc : outcome(rc);
    }

    /** Writes to the sink what waits for a write to ride on: {@link #DONE}, or {@link #WANT_WRITE} and it is called again. */
    int writeNothing(long address) {
        int rc = SSL.writeToSSL(ssl, address, 0);
        return rc >= 0 ? DONE : outcome(rc);
    }

    /** Writes close_notify to the sink (RFC 8446 §6.1): {@link #DONE}, or {@link #WANT_WRITE} and it is called again. */
    int closeNotify() {
        int rc = SSL.shutdownSSL(ssl); // 0: sent, the peer's is still to come; 1: both are through
        return rc >= 0 ? DONE : outcome(rc);
    }

    private int outcome(int rc) {
        int error = SSL.getError(ssl, rc);
        if (error == SSL.SSL_ERROR_WANT_READ) {
            return WANT_READ;
        }
        if (error == SSL.SSL_ERROR_WANT_WRITE) {
            return WANT_WRITE;
        }
        if (error == SSL.SSL_ERROR_WANT_X509_LOOKUP) {
            return WANT_CREDENTIALS;
        }
        if (error == SSL.SSL_ERROR_WANT_CERTIFICATE_VERIFY) {
            return WANT_VERDICT;
        }
        if (error == SSL.SSL_ERROR_WANT_PRIVATE_KEY_OPERATION) {
            return WANT_SIGNATURE;
        }
        return error == SSL.SSL_ERROR_ZERO_RETURN ? CLOSE_NOTIFY : FAILED;
    }

    /** After {@link #FAILED}: the reason's name in BoringSSL, such as {@code TLSV1_ALERT_UNKNOWN_CA}; forgets the error. */
    static String takeError() {
        String error = SSL.getErrorString(SSL.getLastErrorNumber());
        SSL.clearError(); // BoringSSL's error queue belongs to the thread, not to the connection
        // error:<hex>:<library>:<function>:<REASON>
        return error.substring(error.lastIndexOf(':') + 1);
    }

    /** After the handshake: bytes that a record of at most 16 KiB is longer than its plaintext. */
    int recordOverhead() {
        return SSL.getMaxWrapOverhead(ssl);
    }

    boolean resumed() {
        return SSL.isSessionReused(ssl);
    }

    String version() {
        return SSL.getVersion(ssl).intern(); // a few names, and each connection keeps them
    }

    /** Server, after the handshake: the id of a session of TLS 1.2 that has no ticket; null of any other. */
    @Nullable
    String keptAs() {
        byte @Nullable [] id = version().equals("TLSv1.2") ? SSL.getSessionId(ssl) : null;
        return id == null || id.length == 0 ? null : HexFormat.of().formatHex(id);
    }

    String cipher() {
        return SSL.getCipherForSSL(ssl).intern();
    }

    /** The key agreement group; "none" where the handshake had none. */
    String group() {
        try {
            @Nullable String name = SSL.getGroupName(ssl);
            return name == null || name.isEmpty() ? "none" : name.intern();
        } catch (Exception none) { // declared, and thrown, for a TLS 1.2 resumption
            return "none";
        }
    }

    /** Server: the SNI received. */
    @Nullable
    String serverName() {
        return SSL.getSniHostname(ssl);
    }

    @Nullable
    String alpn() {
        @Nullable String protocol = SSL.getAlpnSelected(ssl);
        return protocol == null || protocol.isEmpty() ? null : protocol;
    }

    /** True if the peer showed a certificate, be it one that can be read or not. */
    boolean peerShowedCertificate() {
        return SSL.getPeerCertificate(ssl) != null;
    }

    /** Client: the OCSP response that the server stapled; null if it did not. */
    byte @Nullable [] staple() {
        byte @Nullable [] response = SSL.getOcspResponse(ssl);
        return response == null || response.length == 0 ? null : response;
    }

    /** The peer's chain, its own certificate first; on resumption that of the first handshake; empty if it showed none. */
    List<X509Certificate> peerChain() {
        byte @Nullable [] leaf = SSL.getPeerCertificate(ssl);
        if (leaf == null) {
            return List.of();
        }
        List<byte[]> chain = new ArrayList<>(2);
        chain.add(leaf);
        byte @Nullable [][] presented = SSL.getPeerCertChain(ssl);
        if (presented != null) {
            for (byte[] der : presented) { // with the leaf on a client, without it on a server
                if (!Arrays.equals(der, leaf)) {
                    chain.add(der);
                }
            }
        }
        return Certificates.parse(chain);
    }

    /** Frees the connection and its BIO. Not from within an up-call. */
    void free() {
        SSL.freeSSL(ssl);
    }
}
