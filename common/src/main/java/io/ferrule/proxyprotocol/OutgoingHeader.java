package io.ferrule.proxyprotocol;

import io.ferrule.config.SendProxy;
import io.ferrule.connection.TlsSession;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a target is told, as bytes. */
public final class OutgoingHeader {
    private OutgoingHeader() {}

    /**
     * The header of a client's connection.
     *
     * @param version any but {@link SendProxy#OFF}
     * @param session the client's; null if it came without TLS
     * @param shown the certificate that the client was shown; null if that is not known
     */
    public static byte[] of(
            SendProxy version, ProxyHeader header, @Nullable TlsSession session, @Nullable X509Certificate shown) {
        return switch (version) {
            case OFF -> throw new IllegalArgumentException("no header is sent");
            case V1 -> HeaderV1.write(header);
            case V2 -> HeaderV2.write(header, List.of());
            case V2_TLS -> HeaderV2.write(header, session == null ? List.of() : TlsTlvs.of(session, shown));
        };
    }

    /** The header of a connection of our own, such as one that finds out whether the target answers. */
    public static byte[] ofOurselves(SendProxy version) {
        return version == SendProxy.V1 ? HeaderV1.write(ProxyHeader.NOTHING) : HeaderV2.writeLocal();
    }
}
