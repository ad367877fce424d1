package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * The side of a tunnel that accepts connections.
 *
 * @param tls null for plaintext
 * @param proxy who is awaited to say whose connection it is
 * @param checks what is asked about a client before anything is said to it
 */
public record AcceptLeg(Address listen, @Nullable AcceptTls tls, AcceptProxy proxy, ClientChecks checks) {
    public AcceptLeg {
        if (!proxy.equals(AcceptProxy.NOBODY) && !checks.equals(ClientChecks.NONE)) {
            // What comes behind a header is read at once, and clients are to be asked about before anything of theirs
            // is.
            throw new IllegalArgumentException("clients are asked about only where they speak for themselves");
        }
    }

    /** One that asks nobody about its clients. */
    public AcceptLeg(Address listen, @Nullable AcceptTls tls, AcceptProxy proxy) {
        this(listen, tls, proxy, ClientChecks.NONE);
    }

    /** One whose clients speak for themselves. */
    public AcceptLeg(Address listen, @Nullable AcceptTls tls) {
        this(listen, tls, AcceptProxy.NOBODY);
    }

    /** The same on another address. */
    public AcceptLeg withListen(Address address) {
        return new AcceptLeg(address, tls, proxy, checks);
    }

    /** The same with other TLS. */
    public AcceptLeg withTls(AcceptTls other) {
        return new AcceptLeg(listen, other, proxy, checks);
    }

    /** The same with other checks. */
    public AcceptLeg withChecks(ClientChecks other) {
        return new AcceptLeg(listen, tls, proxy, other);
    }
}
