package io.ferrule.stunnel;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the lines of a service's connections depend on.
 *
 * @param name the section's, as stunnel's lines have it
 * @param client true if TLS is on the connect leg
 * @param level 0 to 7: what is logged of its connections; the section's {@code debug}
 * @param serverName client: the name that is sent (SNI); null if none is
 * @param mostClients how many connections may be open; told when one more comes
 * @param retries its connections follow one another, each with a program that dials out
 * @param virtual server: the services behind this one, by the name that {@code TlsSession.service} has for them; mostly empty
 * @param identity client: the name of its pre-shared key; null if it has none
 */
public record LoggedService(
        String name,
        boolean client,
        int level,
        ConnectionId id,
        Asked asked,
        @Nullable String serverName,
        int mostClients,
        boolean retries,
        Map<String, LoggedService> virtual,
        @Nullable String identity) {
    public LoggedService {
        virtual = Map.copyOf(virtual);
    }

    /** One with no services behind it. */
    public LoggedService(
            String name,
            boolean client,
            int level,
            ConnectionId id,
            Asked asked,
            @Nullable String serverName,
            int mostClients) {
        this(name, client, level, id, asked, serverName, mostClients, Map.of());
    }

    /** The same client with a pre-shared key. */
    public LoggedService withIdentity(@Nullable String known) {
        return new LoggedService(name, client, level, id, asked, serverName, mostClients, retries, virtual, known);
    }

    /** One whose clients come in. */
    public LoggedService(
            String name,
            boolean client,
            int level,
            ConnectionId id,
            Asked asked,
            @Nullable String serverName,
            int mostClients,
            Map<String, LoggedService> virtual) {
        this(name, client, level, id, asked, serverName, mostClients, false, virtual, null);
    }

    /**
     * What is asked of the peer's certificate.
     *
     * @param required a peer without one is refused
     * @param chain {@code verifyChain}: it leads to a stored authority
     * @param stored {@code verifyPeer}: it is itself stored
     * @param hosts {@code checkHost}; one name of all three lists has to be in it, unless all are empty
     * @param emails {@code checkEmail}
     * @param addresses {@code checkIP}
     */
    public record Asked(
            boolean required,
            boolean chain,
            boolean stored,
            List<String> hosts,
            List<String> emails,
            List<String> addresses) {
        /** Nothing. */
        public static final Asked NOTHING = new Asked(false, false, false, List.of(), List.of(), List.of());

        public Asked {
            hosts = List.copyOf(hosts);
            emails = List.copyOf(emails);
            addresses = List.copyOf(addresses);
        }

        /** True if a certificate that is shown is judged. */
        boolean judges() {
            return chain || stored;
        }

        /** True if it has to carry a name. */
        boolean names() {
            return !(hosts.isEmpty() && emails.isEmpty() && addresses.isEmpty());
        }
    }
}
