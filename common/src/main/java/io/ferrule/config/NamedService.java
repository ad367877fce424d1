package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * What clients find behind one server name of a listener (SNI, RFC 6066 §3). What a name does not say for itself is as its tunnel
 * has it.
 *
 * @param name as {@link NameMatching} takes it; no other service of the listener has the same
 * @param keys the certificates shown
 * @param access who may connect
 * @param revocation what is asked about clients
 * @param connect where its connections go, always in plaintext
 * @param negotiation what is said inside TLS or after it; of what the tunnel says before it nothing is said by name; null for nothing
 * @param timeouts once the handshake is done; null for those of the tunnel
 */
public record NamedService(
        String name,
        @Nullable KeySources keys,
        Access access,
        Revocation revocation,
        ConnectLeg connect,
        @Nullable Negotiation negotiation,
        @Nullable Timeouts timeouts) {
    public NamedService {
        if (connect.tls() != null) {
            throw new IllegalArgumentException("what clients of one name send travels on in plaintext");
        }
    }

    /** One with a single target, of which nothing is said, and the tunnel's timeouts. */
    public NamedService(String name, @Nullable KeySources keys, Access access, Revocation revocation, Address target) {
        this(name, keys, access, revocation, new ConnectLeg(target, null), null, null);
    }

    /** The same with other targets. */
    public NamedService connectedTo(ConnectLeg other) {
        return new NamedService(name, keys, access, revocation, other, negotiation, timeouts);
    }

    /** The first. */
    public Address target() {
        return connect.target();
    }
}
