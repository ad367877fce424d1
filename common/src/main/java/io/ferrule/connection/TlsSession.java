package io.ferrule.connection;

import io.ferrule.config.PreSharedKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a finished handshake agreed on.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher the suite's name, such as {@code TLS_AES_128_GCM_SHA256}
 * @param group the key agreement group, such as {@code X25519MLKEM768}; "none" where a resumption had none
 * @param resumed true if an earlier session was continued, so that no certificate was sent
 * @param serverName the SNI received or sent; null without
 * @param service accept leg: the name of the service that the client was given; empty for the tunnel's own
 * @param alpn the application protocol agreed on; null without
 * @param peerChain the peer's certificates, its own first; empty if it showed none. On resumption those of the first
 *     handshake.
 * @param keptAs accept leg: the id by which we keep the session; null where we do not, as a ticket carries it
 * @param redirected accept leg: why the client is not trusted, and so has to go elsewhere; null if it is
 * @param preShared the key that both sides have shown to have; null if certificates were shown
 */
public record TlsSession(
        String version,
        String cipher,
        String group,
        boolean resumed,
        @Nullable String serverName,
        String service,
        @Nullable String alpn,
        List<X509Certificate> peerChain,
        @Nullable String keptAs,
        Verdict.@Nullable Refused redirected,
        @Nullable PreSharedKey preShared) {
    public TlsSession {
        peerChain = List.copyOf(peerChain);
    }

    /** With a peer that is trusted by its certificate, or without one. */
    public TlsSession(
            String version,
            String cipher,
            String group,
            boolean resumed,
            @Nullable String serverName,
            String service,
            @Nullable String alpn,
            List<X509Certificate> peerChain) {
        this(version, cipher, group, resumed, serverName, service, alpn, peerChain, null, null, null);
    }

    /** With a peer that has the same pre-shared key, for the accept leg's own service. */
    public static TlsSession byKey(
            String version,
            String cipher,
            String group,
            boolean resumed,
            @Nullable String serverName,
            PreSharedKey key) {
        return new TlsSession(version, cipher, group, resumed, serverName, "", null, List.of(), null, null, key);
    }

    /** The subject of the peer's certificate (RFC 2253), or null if it showed none that is trusted. */
    public @Nullable String peerSubject() {
        return peerChain.isEmpty() || redirected != null
                ? null
                : peerChain.get(0).getSubjectX500Principal().getName();
    }
}
