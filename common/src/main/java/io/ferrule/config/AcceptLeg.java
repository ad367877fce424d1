package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * The side of a tunnel that accepts connections.
 *
 * @param tls null for plaintext
 * @param proxy who is awaited to say whose connection it is
 */
public record AcceptLeg(Address listen, @Nullable AcceptTls tls, AcceptProxy proxy) {
    /** One whose clients speak for themselves. */
    public AcceptLeg(Address listen, @Nullable AcceptTls tls) {
        this(listen, tls, AcceptProxy.NOBODY);
    }

    /** The same on another address. */
    public AcceptLeg withListen(Address address) {
        return new AcceptLeg(address, tls, proxy);
    }

    /** The same with other TLS. */
    public AcceptLeg withTls(AcceptTls other) {
        return new AcceptLeg(listen, other, proxy);
    }
}
