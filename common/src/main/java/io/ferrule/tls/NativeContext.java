package io.ferrule.tls;

import io.ferrule.config.PostQuantum;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.pki.PemCertificates;
import io.netty.internal.tcnative.AsyncSSLPrivateKeyMethod;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.ResultCallback;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import io.netty.internal.tcnative.SessionTicketKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A BoringSSL context: the calls into {@code SSL_CTX} and nothing else. With {@link NativeConnection},
 * {@link NativeCredential} and {@link NativeBio} the only place that knows netty-tcnative's internal API.
 */
final class NativeContext {
    // AEAD with forward secrecy only (RFC 9325 §4.2); the TLS 1.3 suites are BoringSSL's own fixed set, all AEAD.
    private static final String TLS_1_2_SUITES = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
            + ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
            + ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
    // The hybrid group first: what is recorded today must not be readable by tomorrow's machines.
    // P-384 last, for TLS 1.2 certificates on that curve.
    private static final String HYBRID_GROUP = "X25519MLKEM768";
    private static final String[] GROUPS = {HYBRID_GROUP, "X25519", "P-256", "P-384"};
    private static final int CHAIN_DEPTH = 10;

    private final long ctx;

    /** What BoringSSL asks in a handshake, on the event loop of the connection meant. */
    interface UpCalls {
        /** Server: false refuses the client with the alert unrecognized_name; not asked if it sent no name. */
        boolean serverNameKnown(long ssl, String name);

        /** The moment to add credentials: on a server in every handshake, on a client if it is asked for a certificate. */
        void credentialsWanted(long ssl) throws Exception;

        /** One of {@link CertificateVerifier}'s codes. */
        int verdict(long ssl);

        /**
         * The signature by a key that is not BoringSSL's.
         *
         * @param algorithm as RFC 8446 §4.2.3 numbers it
         * @param message whole, not its digest
         */
        CompletionStage<byte[]> sign(long ssl, int algorithm, byte[] message);
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
            // The handshake pauses where it wants a verdict: it may take a while, and nothing is judged within a native
            // call.
            SSLContext.setUseTasks(ctx, true);
            SSLContext.setOptions(ctx, options(settings));
            if (settings.clientChoosesCipher()) {
                SSLContext.clearOptions(ctx, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
            }
            require(SSLContext.setCipherSuite(ctx, suites(settings), false), "cipher suites");
            require(SSLContext.setCurvesList(ctx, groups(settings)), "groups");
            if (!settings.alpn().isEmpty()) {
                SSLContext.setAlpnProtos(
                        ctx, settings.alpn().toArray(String[]::new), SSL.SSL_SELECTOR_FAILURE_NO_ADVERTISE);
            }
        } catch (Exception e) {
            free();
            throw e;
        }
    }

    private static int options(TlsSettings settings) {
        int options = versionsLeftOut(settings);
        if (!settings.clientChoosesCipher()) {
            options |= SSL.SSL_OP_CIPHER_SERVER_PREFERENCE;
        }
        if (!settings.sessions().tickets()) {
            options |= SSL.SSL_OP_NO_TICKET;
        }
        return options;
    }

    private static String suites(TlsSettings settings) {
        return settings.ciphers().isEmpty() ? TLS_1_2_SUITES : String.join(":", settings.ciphers());
    }

    private static String[] groups(TlsSettings settings) {
        if (!settings.groups().isEmpty()) {
            return settings.groups().toArray(String[]::new);
        }
        return switch (settings.postQuantum()) {
            case PREFERRED -> GROUPS;
            case REQUIRED -> new String[] {HYBRID_GROUP};
            case OFF -> Arrays.copyOfRange(GROUPS, 1, GROUPS.length);
        };
    }

    /** BoringSSL takes the versions given at creation as a wish only; what is switched off by option is off. */
    private static int versionsLeftOut(TlsSettings settings) {
        int off = SSL.SSL_OP_NO_SSLv2 | SSL.SSL_OP_NO_SSLv3 | SSL.SSL_OP_NO_TLSv1 | SSL.SSL_OP_NO_TLSv1_1;
        if (settings.minimum() == TlsVersion.TLS_1_3 || settings.postQuantum() == PostQuantum.REQUIRED) {
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

    /** Has BoringSSL ask the up-calls; to be called once, before the first connection. */
    void ask(UpCalls upCalls, boolean client, boolean namesToo) {
        // Both run as tasks, see useTasks: outside of the handshake call that wants them.
        SSLContext.setCertificateCallback(ctx, (ssl, keyTypes, issuers) -> upCalls.credentialsWanted(ssl));
        SSLContext.setCertVerifyCallback(ctx, new CertificateVerifier() {
            @Override
            public int verify(long ssl, byte[][] chain, String authenticationMethod) {
                return upCalls.verdict(ssl);
            }
        });
        SSLContext.setVerify(ctx, client ? SSL.SSL_CVERIFY_REQUIRED : SSL.SSL_CVERIFY_NONE, CHAIN_DEPTH);
        if (namesToo) {
            SSLContext.setSniHostnameMatcher(ctx, upCalls::serverNameKnown);
        }
    }

    /** Server: whom requests for a certificate name; to be called once. */
    void nameAuthorities(List<X509Certificate> authorities) throws Exception {
        if (!authorities.isEmpty()) {
            require(
                    NativeBio.with(PemCertificates.pem(authorities), bio -> SSLContext.setCACertificateBio(ctx, bio)),
                    "names of authorities");
        }
    }

    /** Has the up-calls sign where no key is given; to be called once, before the first connection. */
    void signElsewhere(UpCalls upCalls) {
        SSLContext.setPrivateKeyMethod(ctx, new AsyncSSLPrivateKeyMethod() {
            @Override
            public void sign(long ssl, int algorithm, byte[] message, ResultCallback<byte[]> result) {
                upCalls.sign(ssl, algorithm, message).whenComplete((signature, failure) -> {
                    if (signature == null) {
                        result.onError(ssl, failure);
                    } else {
                        result.onSuccess(ssl, signature);
                    }
                });
            }

            @Override
            public void decrypt(long ssl, byte[] input, ResultCallback<byte[]> result) {
                // Without forward secrecy only, of which no suite is spoken.
                result.onError(ssl, new UnsupportedOperationException());
            }
        });
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

    /**
     * Server: how sessions are continued.
     *
     * @param id so that none is continued that another tunnel began, or that other questions were asked in
     */
    void continueSessions(byte[] id, Sessions sessions) {
        // Sessions of TLS 1.2 without tickets are the only ones that a server has to keep.
        SSLContext.setSessionCacheSize(ctx, Math.max(1, sessions.kept())); // 0 would be no bound
        // After the size, since tcnative switches the cache on with it.
        SSLContext.setSessionCacheMode(ctx, sessions.kept() > 0 ? SSL.SSL_SESS_CACHE_SERVER : SSL.SSL_SESS_CACHE_OFF);
        SSLContext.setSessionCacheTimeout(ctx, Math.max(1, sessions.lifetime().toSeconds()));
        // Without it BoringSSL refuses to resume sessions that carry a client certificate.
        SSLContext.setSessionIdContext(ctx, id);
    }

    /** Server: the keys that open tickets from now on, of which the first seals them. Any thread, also during handshakes. */
    void ticketKeys(List<byte[]> keys) {
        SSLContext.setSessionTicketKeys(
                ctx,
                keys.stream()
                        .map(key -> new SessionTicketKey(
                                Arrays.copyOfRange(key, 0, 16),
                                Arrays.copyOfRange(key, 16, 32),
                                Arrays.copyOfRange(key, 32, 48)))
                        .toArray(SessionTicketKey[]::new));
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
