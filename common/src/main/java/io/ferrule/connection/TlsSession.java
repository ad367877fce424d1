package io.ferrule.connection;

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
        Verdict.@Nullable Refused redirected) {
    public TlsSession {
        peerChain = List.copyOf(peerChain);
    }

    /** With a peer that is trusted. */
    public TlsSession(
            String version,
            String cipher,
            String group,
            boolean resumed,
            @Nullable String serverName,
            String service,
            @Nullable String alpn,
            List<X509Certificate> peerChain) {
        this(version, cipher, group, resumed, serverName, service, alpn, peerChain, null, null);
    }

    /** The subject of the peer's certificate (RFC 2253), or null if it showed none that is trusted. */
    public @Nullable String peerSubject() {
        return peerChain.isEmpty() || redirected != null
                ? null
                : peerChain.get(0).getSubjectX500Principal().getName();
    }
}
