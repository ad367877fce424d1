package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * The side of a tunnel that accepts connections.
 *
 * @param tls null for plaintext
 */
public record AcceptLeg(Address listen, @Nullable AcceptTls tls) {
    /** The same on another address. */
    public AcceptLeg withListen(Address address) {
        return new AcceptLeg(address, tls);
    }

    /** The same with other TLS. */
    public AcceptLeg withTls(AcceptTls other) {
        return new AcceptLeg(listen, other);
    }
}
