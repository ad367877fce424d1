package io.ferrule.tls;

import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.pki.KeyMaterial;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLCredential;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import java.util.Arrays;

/**
 * A BoringSSL context: the calls into {@code SSL_CTX} and nothing else. With {@link NativeConnection} the only place that
 * knows netty-tcnative's internal API.
 */
final class NativeContext {
    // AEAD with forward secrecy only (RFC 9325 §4.2); the TLS 1.3 suites are BoringSSL's own fixed set, all AEAD.
    private static final String TLS_1_2_SUITES = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
            + ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
            + ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
    // The hybrid group first: what is recorded today must not be readable by tomorrow's machines.
    // P-384 last, for TLS 1.2 certificates on that curve.
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256", "P-384"};
    private static final int CHAIN_DEPTH = 10;

    private final long ctx;

    /** Judges a peer's DER chain during the handshake; the result is one of {@link CertificateVerifier}'s codes. */
    interface ChainCheck {
        int check(long ssl, byte[][] chain);
    }

    /** Takes over a reference to a session that the server offers, or leaves it. */
    interface SessionSink {
        boolean offered(long ssl, long session);
    }

    /**
     * Makes a context.
     *
     * @throws Exception if BoringSSL refuses a setting; nothing is left behind
     */
    NativeContext(boolean client, TlsSettings settings) throws Exception {
        ctx = SSLContext.make(
                SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3,
                client ? SSL.SSL_MODE_CLIENT : SSL.SSL_MODE_SERVER);
        try {
            // A write that did not fit is repeated from a buffer that may have moved.
            SSLContext.setMode(ctx, SSLContext.getMode(ctx) | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
            // Checks run inside the handshake call, on the event loop.
            SSLContext.setUseTasks(ctx, false);
            SSLContext.setOptions(ctx, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE | versionsLeftOut(settings));
            require(SSLContext.setCipherSuite(ctx, TLS_1_2_SUITES, false), "cipher suites");
            require(SSLContext.setCurvesList(ctx, GROUPS), "groups");
            if (!settings.alpn().isEmpty()) {
                SSLContext.setAlpnProtos(
                        ctx, settings.alpn().toArray(String[]::new), SSL.SSL_SELECTOR_FAILURE_NO_ADVERTISE);
            }
        } catch (Exception e) {
            free();
            throw e;
        }
    }

    /** BoringSSL takes the versions given at creation as a wish only; what is switched off by option is off. */
    private static int versionsLeftOut(TlsSettings settings) {
        int off = SSL.SSL_OP_NO_SSLv2 | SSL.SSL_OP_NO_SSLv3 | SSL.SSL_OP_NO_TLSv1 | SSL.SSL_OP_NO_TLSv1_1;
        if (settings.minimum() == TlsVersion.TLS_1_3) {
            off |= SSL.SSL_OP_NO_TLSv1_2;
        }
        if (settings.maximum() == TlsVersion.TLS_1_2) {
            off |= SSL.SSL_OP_NO_TLSv1_3;
        }
        return off;
    }

    private static void require(boolean done, String what) {
        if (!done) {
            throw new IllegalStateException("BoringSSL does not take the " + what);
        }
    }

    /** Gives the context its own certificate chain and key. */
    void identify(KeyMaterial material) throws Exception {
        long chain = 0;
        long key = 0;
        long credential = 0;
        try {
            chain = parse(material.chainPem(), SSL::parseX509Chain);
            key = parse(material.keyPem(), bio -> SSL.parsePrivateKey(bio, ""));
            // SSLContext.setCertificateBio is "Not supported using BoringSSL"; credentials are its way.
            credential = SSLCredential.newX509();
            SSLCredential.setCertChain(credential, chain);
            SSLCredential.setPrivateKey(credential, key);
            SSLContext.addCredential(ctx, credential);
        } finally {
            if (credential != 0) {
                SSLCredential.free(credential);
            }
            if (key != 0) {
                SSL.freePrivateKey(key);
            }
            if (chain != 0) {
                SSL.freeX509Chain(chain);
            }
        }
    }

    private interface PemParser {
        long parse(long bio) throws Exception;
    }

    /** Wipes {@code pem} when done, since it may be a private key. */
    private static long parse(byte[] pem, PemParser parser) throws Exception {
        ByteBuf direct = Unpooled.directBuffer(pem.length).writeBytes(pem);
        long bio = SSL.newMemBIO();
        try {
            SSL.bioWrite(bio, direct.memoryAddress(), pem.length);
            return parser.parse(bio);
        } finally {
            SSL.freeBIO(bio);
            direct.setZero(0, pem.length).release();
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** Makes the peer show a certificate and has it judged in every full handshake. */
    void requirePeerCertificate(ChainCheck check) {
        SSLContext.setCertVerifyCallback(ctx, new CertificateVerifier() {
            @Override
            public int verify(long ssl, byte[][] chain, String authenticationMethod) {
                return check.check(ssl, chain);
            }
        });
        SSLContext.setVerify(ctx, SSL.SSL_CVERIFY_REQUIRED, CHAIN_DEPTH);
    }

    /** Client: hands every session that servers offer to {@code sink}; BoringSSL itself keeps none. */
    void keepSessions(SessionSink sink) {
        SSLContext.setSessionCacheMode(
                ctx,
                SSL.SSL_SESS_CACHE_CLIENT
                        | SSL.SSL_SESS_CACHE_NO_INTERNAL_LOOKUP
                        | SSL.SSL_SESS_CACHE_NO_INTERNAL_STORE);
        SSLContext.setSSLSessionCache(ctx, new SSLSessionCache() {
            @Override
            public boolean sessionCreated(long ssl, long session) {
                return sink.offered(ssl, session);
            }

            @Override
            public long getSession(long ssl, byte[] id) {
                return -1; // servers only; ours resume by ticket
            }
        });
    }

    /** Server: resumption by ticket alone, bound to {@code id} so that no other tunnel's session is continued here. */
    void issueTickets(byte[] id) {
        SSLContext.setSessionCacheMode(ctx, SSL.SSL_SESS_CACHE_OFF);
        // Without it BoringSSL refuses to resume sessions that carry a client certificate.
        SSLContext.setSessionIdContext(ctx, id);
    }

    /** A new connection of this context, to be freed by its owner. */
    long newSsl(boolean client) {
        return SSL.newSSL(ctx, !client);
    }

    /** Every connection must have been freed. */
    void free() {
        SSLContext.free(ctx);
    }

    /** True if a session may be used for one connection only (TLS 1.3, RFC 8446 §C.4). */
    static boolean singleUse(long session) {
        return SSLSession.shouldBeSingleUse(session);
    }

    /** Adds a reference to a session. */
    static void retainSession(long session) {
        SSLSession.upRef(session);
    }

    /** Gives back a reference to a session. */
    static void freeSession(long session) {
        SSLSession.free(session);
    }
}
