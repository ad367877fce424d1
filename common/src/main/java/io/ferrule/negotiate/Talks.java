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
            case CIFS -> new Cifs.Client();
            case CONNECT -> new Connect.Client();
            case IMAP -> new Imap.Client();
            case LDAP -> new Ldap();
            case NNTP -> new Nntp();
            case PGSQL -> new Pgsql.Client();
            case POP3 -> new Pop3.Client();
            case SMTP -> new Smtp.Client();
            case SOCKS -> new SocksClient();
            case PROXY -> null;
        };
    }

    private static @Nullable Talk servers(Protocol protocol) {
        return switch (protocol) {
            case CIFS -> new Cifs.Server();
            case CONNECT -> new Connect.Server();
            case IMAP -> new Imap.Server();
            case PGSQL -> new Pgsql.Server();
            case POP3 -> new Pop3.Server();
            case PROXY -> new Proxy();
            case SMTP -> new Smtp.Server();
            case SOCKS -> new Socks();
            case LDAP, NNTP -> null;
        };
    }
}
