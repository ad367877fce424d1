package io.ferrule.negotiate;

import io.ferrule.config.Negotiation;
import io.ferrule.config.Negotiation.Protocol;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which talk it is that is asked for. */
public final class Talks {
    /** Nothing is said around TLS. */
    public static final Talk NONE = new Talk() {};

    private Talks() {}

    /**
     * The one for a tunnel.
     *
     * @param client true if TLS is on the connect leg
     * @return empty if the protocol has no such role
     */
    public static Optional<Talk> of(Negotiation asked, boolean client) {
        return Optional.ofNullable(client ? clients(asked.protocol()) : servers(asked.protocol()));
    }

    private static @Nullable Talk clients(Protocol protocol) {
        return switch (protocol) {
            case NNTP -> new Nntp();
            case PGSQL -> new Pgsql.Client();
            default -> null;
        };
    }

    private static @Nullable Talk servers(Protocol protocol) {
        return switch (protocol) {
            case PGSQL -> new Pgsql.Server();
            default -> null;
        };
    }
}
