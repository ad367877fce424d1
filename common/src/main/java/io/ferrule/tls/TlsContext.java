package io.ferrule.tls;

import io.ferrule.config.TlsSettings;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.pki.KeyMaterial;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How one leg of a tunnel speaks TLS: built once, shared by its connections on any thread, freed after its owner has closed it
 * and its last connection has ended.
 */
public final class TlsContext implements AutoCloseable {
    private final Leg leg;
    private final NativeContext context;
    private final @Nullable PeerVerifier verifier;
    private final ClientSessions sessions = new ClientSessions();
    private final Map<Long, TlsHandler> handshaking = new ConcurrentHashMap<>();
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    private TlsContext(Leg leg, NativeContext context, @Nullable PeerVerifier verifier) {
        this.leg = leg;
        this.context = context;
        this.verifier = verifier;
    }

    /**
     * The server's side of TLS, for an accept leg.
     *
     * @param scope sessions are continued within one scope only, such as a tunnel's name
     * @param verifier judges clients, each of which must show a certificate; null asks for none
     * @throws TlsSetupException if BoringSSL is missing or does not take the settings or the key
     */
    public static TlsContext accept(
            String scope, TlsSettings settings, KeyMaterial material, @Nullable PeerVerifier verifier)
            throws TlsSetupException {
        return build(Leg.ACCEPT, settings, material, verifier, c -> c.issueTickets(sha256(scope)));
    }

    /**
     * The client's side of TLS, for a connect leg to one target.
     *
     * @param material the certificate shown if the server asks for one; null shows none
     * @throws TlsSetupException if BoringSSL is missing or does not take the settings or the key
     */
    public static TlsContext connect(TlsSettings settings, @Nullable KeyMaterial material, PeerVerifier verifier)
            throws TlsSetupException {
        return build(Leg.CONNECT, settings, material, verifier, c -> {});
    }

    private interface Step {
        void apply(NativeContext context) throws Exception;
    }

    private static TlsContext build(
            Leg leg, TlsSettings settings, @Nullable KeyMaterial material, @Nullable PeerVerifier verifier, Step last)
            throws TlsSetupException {
        TlsEngine.require();
        NativeContext nativeContext = null;
        try {
            nativeContext = new NativeContext(leg == Leg.CONNECT, settings);
            TlsContext context = new TlsContext(leg, nativeContext, verifier);
            if (material != null) {
                nativeContext.identify(material);
            }
            if (verifier != null) {
                nativeContext.requirePeerCertificate(context::judge);
            }
            if (leg == Leg.CONNECT) {
                nativeContext.keepSessions((ssl, session) -> context.sessions.add(session));
            }
            last.apply(nativeContext);
            return context;
        } catch (Exception e) {
            if (nativeContext != null) {
                nativeContext.free();
            }
            throw new TlsSetupException("the TLS engine refused the settings: " + e.getMessage(), e);
        }
    }

    private static byte[] sha256(String scope) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(scope.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A handler for one new channel of this leg.
     *
     * @param executor the channel's event loop
     * @param serverName connect leg: the name sent as SNI (RFC 6066 §3), or null for none; accept leg: null
     * @throws IllegalStateException if the context has been freed
     */
    public TlsHandler newHandler(EventExecutor executor, @Nullable String serverName) {
        retain();
        return new TlsHandler(this, executor, serverName);
    }

    Leg leg() {
        return leg;
    }

    /** A connection that is registered for the up-calls of its handshake. */
    NativeConnection open(TlsHandler handler, @Nullable String serverName) {
        boolean client = leg == Leg.CONNECT;
        NativeConnection connection = new NativeConnection(context, client);
        if (serverName != null) {
            connection.sendServerName(serverName);
        }
        if (client) {
            sessions.offerTo(connection);
        }
        handshaking.put(connection.id(), handler);
        return connection;
    }

    /** After the handshake; BoringSSL may give the same id to a later connection. */
    void handshakeOver(NativeConnection connection) {
        handshaking.remove(connection.id());
    }

    /** The verdict on a peer; without a verifier everybody is trusted. */
    Verdict verdict(List<X509Certificate> chain) {
        return verifier == null ? Verdict.TRUSTED : verifier.verify(chain);
    }

    /** Forgets the sessions that could be continued, because their peer is no longer trusted. */
    void forgetSessions() {
        sessions.clear();
    }

    /** The up-call of a full handshake, on the event loop, inside the handshake call. */
    private int judge(long ssl, byte[][] chain) {
        TlsHandler handler = handshaking.get(ssl);
        if (handler == null) {
            return CertificateVerifier.X509_V_ERR_UNSPECIFIED;
        }
        Verdict verdict = verdict(Certificates.parse(Arrays.asList(chain)));
        handler.judged(verdict);
        return verdict instanceof Verdict.Refused refused
                ? TlsErrors.verifyCode(refused.failure())
                : CertificateVerifier.X509_V_OK;
    }

    private void retain() {
        int before = references.getAndUpdate(n -> n == 0 ? 0 : n + 1);
        if (before == 0) {
            throw new IllegalStateException("the TLS context has been freed");
        }
    }

    /** The counterpart of {@link #newHandler}; and of creation. */
    void release() {
        if (references.decrementAndGet() == 0) {
            sessions.clear();
            context.free();
        }
    }

    /** Ends the owner's use; connections that are still open live on. Only the first call counts. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}
