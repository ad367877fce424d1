package io.ferrule.stunnel;

import io.ferrule.config.PreSharedKey;
import io.ferrule.config.TicketSecrets;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One section, with what it takes over from the lines before the first section.
 *
 * @param name may be empty, and may occur twice in a file
 * @param client true if TLS is on the connect leg
 * @param given each line of the section itself, in order; those that it takes over are in {@link StunnelConfig#given}
 */
public record StunnelService(
        String name,
        boolean client,
        Endpoints endpoints,
        Dialing dialing,
        Identity identity,
        PeerCheck peer,
        Status status,
        Tls tls,
        Resumption resumption,
        Psk psk,
        Waits waits,
        Sockets sockets,
        Negotiation negotiation,
        Logging logging,
        Conduct conduct,
        List<Given> given) {
    public StunnelService {
        given = List.copyOf(given);
    }

    /**
     * What the service joins.
     *
     * @param accept at least one of them can be bound; empty if there is none
     * @param connect empty if there is none; not all need be resolvable
     * @param exec null for none
     * @param sni how a server is reached through earlier sections; mostly empty, and then it accepts by itself
     */
    public record Endpoints(
            List<StunnelAddress> accept,
            List<StunnelAddress> connect,
            @Nullable Exec exec,
            List<Sni> sni,
            List<StunnelAddress> redirect,
            Transparent transparent) {
        public Endpoints {
            accept = List.copyOf(accept);
            connect = List.copyOf(connect);
            sni = List.copyOf(sni);
            redirect = List.copyOf(redirect);
        }
    }

    /**
     * A program.
     *
     * @param arguments with $0; not empty
     */
    public record Exec(Path program, List<String> arguments, boolean pty) {
        public Exec {
            arguments = List.copyOf(arguments);
        }
    }

    /** The section {@code primary}, which stands earlier, hands clients over whose server name matches. */
    public record Sni(String primary, String pattern) {}

    /** Whose addresses are shown and reached. */
    public enum Transparent {
        NONE,
        SOURCE,
        DESTINATION,
        BOTH;

        /** True if targets see the clients' addresses. */
        boolean ofSource() {
            return this == SOURCE || this == BOTH;
        }

        /** True if clients are led to where they wanted to go before they were redirected. */
        boolean ofDestination() {
            return this == DESTINATION || this == BOTH;
        }
    }

    /**
     * How targets are reached.
     *
     * @param roundRobin false if they are tried in order
     * @param delay names are resolved at each connection; also because one could not be resolved
     * @param local source address; null for any
     * @param serverName client: the {@code sni} given; empty sends none, null takes protocolHost or the first target's host
     * @param retry how long after its end a program that dials out is started again; null if it is not
     */
    public record Dialing(
            boolean roundRobin,
            boolean delay,
            @Nullable InetAddress local,
            @Nullable String serverName,
            @Nullable Duration retry) {}

    /**
     * What is shown to the peer.
     *
     * @param cert PEM or PKCS#12 file, or a URI; as it is written, null for none
     * @param key as {@code cert}, and the same unless another is given
     * @param engine through which tokens are reached; null for none
     * @param isProvider it is asked for {@code pkcs11:} URIs only, as a provider is; an engine is asked for everything
     */
    public record Identity(
            @Nullable String cert, @Nullable String key, StunnelConfig.@Nullable Engine engine, boolean isProvider) {}

    /**
     * What is asked of the peer's certificate. Stunnel's flags are set by the lines in their order, see {@code verify}.
     *
     * @param request a client is asked for a certificate
     * @param require a peer without certificate is refused
     * @param chain its chain leads to one of the stored certificates
     * @param stored it is itself one of the stored certificates
     * @param caFile null for none
     * @param caPath null for none
     * @param caEngine identifiers, as they are written
     * @param caStore null for none
     * @param hosts one of hosts, emails and addresses has to match, unless all are empty
     */
    public record PeerCheck(
            boolean request,
            boolean require,
            boolean chain,
            boolean stored,
            @Nullable Path caFile,
            @Nullable Path caPath,
            List<String> caEngine,
            @Nullable String caStore,
            List<String> hosts,
            List<String> emails,
            List<String> addresses) {
        public PeerCheck {
            caEngine = List.copyOf(caEngine);
            hosts = List.copyOf(hosts);
            emails = List.copyOf(emails);
            addresses = List.copyOf(addresses);
        }

        /** True if a certificate is verified at all. */
        public boolean verifies() {
            return chain || stored;
        }
    }

    /**
     * Whether the peer's certificate is still good.
     *
     * @param ocsp the responder's URL as it is written; null for none, like the files
     * @param ocspFlags in upper case
     */
    public record Status(
            @Nullable Path crlFile,
            @Nullable Path crlPath,
            @Nullable String ocsp,
            boolean aia,
            boolean nonce,
            boolean required,
            Set<String> ocspFlags) {
        public Status {
            ocspFlags = Set.copyOf(ocspFlags);
        }
    }

    /** Versions of TLS that a file may name. */
    public enum Version {
        SSLV3,
        TLSV1,
        TLSV1_1,
        TLSV1_2,
        TLSV1_3
    }

    /**
     * How TLS is spoken.
     *
     * @param minimum by sslVersion and sslVersionMin; null for {@code all}
     * @param maximum null for {@code all}
     * @param ciphers OpenSSL's cipher string; null if none is given, which is {@link #CIPHERS}
     * @param ciphersuites null if none is given
     * @param curves null if none is given
     * @param optionsSet without NO_SSLv2 and NO_SSLv3, which are always set at first; in upper case but for the v of TLSv
     * @param optionsCleared those written with a minus
     * @param securityLevel 0 to 5; null if none is given, which is 2
     * @param commands {@code config}, as they are written
     */
    public record Tls(
            @Nullable Version minimum,
            @Nullable Version maximum,
            @Nullable String ciphers,
            @Nullable String ciphersuites,
            @Nullable String curves,
            Set<String> optionsSet,
            Set<String> optionsCleared,
            @Nullable Integer securityLevel,
            boolean renegotiation,
            List<String> commands) {
        /** Stunnel's default. */
        public static final String CIPHERS = "HIGH:!aNULL:!SSLv2:!DH:!kDHEPSK";

        /** Stunnel's default for TLS 1.3. */
        public static final String CIPHERSUITES =
                "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";

        /** Stunnel's default. */
        public static final String CURVES = "X25519:P-256:X448:P-521:P-384";

        public Tls {
            optionsSet = Set.copyOf(optionsSet);
            optionsCleared = Set.copyOf(optionsCleared);
            commands = List.copyOf(commands);
        }
    }

    /**
     * How sessions are continued.
     *
     * @param cacheSize as it is written; 0 is unlimited
     * @param lifetime as it is written
     * @param sessiond null for none
     * @param ticketSecrets null unless both are given
     */
    public record Resumption(
            boolean enabled,
            long cacheSize,
            Duration lifetime,
            @Nullable String sessiond,
            @Nullable TicketSecrets ticketSecrets) {}

    /**
     * Pre-shared keys.
     *
     * @param secrets the file; null for none
     * @param identity null if none is given
     * @param keys as they stand in the file
     */
    public record Psk(@Nullable Path secrets, @Nullable String identity, List<PreSharedKey> keys) {
        public Psk {
            keys = List.copyOf(keys);
        }

        /** The one that a client uses: that of the identity given, or the first; there is one. */
        public PreSharedKey selected() {
            return keys.stream()
                    .filter(key -> key.identity().equals(identity))
                    .findFirst()
                    .orElse(keys.get(0));
        }
    }

    /** How long is waited; what is negative has no end. */
    public record Waits(Duration busy, Duration close, Duration connect, Duration idle, Duration ocsp) {}

    /** Socket options by their names, values as they are written; defaults of stunnel are not among them. */
    public record Sockets(Map<String, String> accept, Map<String, String> local, Map<String, String> remote) {
        public Sockets {
            accept = Map.copyOf(accept);
            local = Map.copyOf(local);
            remote = Map.copyOf(remote);
        }
    }

    /**
     * What is said before TLS begins.
     *
     * @param protocol in lower case; null for none
     */
    public record Negotiation(
            @Nullable String protocol,
            @Nullable String authentication,
            @Nullable String domain,
            List<String> headers,
            @Nullable String host,
            @Nullable String password,
            @Nullable String username) {
        public Negotiation {
            headers = List.copyOf(headers);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Negotiation[protocol=" + protocol + ", host=" + host + "]";
        }
    }

    /** What stands in brackets in a connection's lines. */
    public enum LogId {
        SEQUENTIAL,
        UNIQUE,
        THREAD,
        PROCESS
    }

    /** A connection's lines; level 0 to 7. */
    public record Logging(int level, LogId id) {}

    /**
     * What else is asked.
     *
     * @param reset connections that end in an error are reset
     * @param ident the user name that RFC 1413 has to tell; null for none
     * @param libwrap whether hosts.allow and hosts.deny are asked
     * @param owner of the Unix socket
     */
    public record Conduct(boolean reset, @Nullable String ident, boolean libwrap, Owner owner) {}

    /**
     * A user and a group; 0 is none.
     *
     * @param userName as it is written, like groupName; empty if none is
     */
    public record Owner(int user, String userName, int group, String groupName) {
        /** Nobody in particular. */
        public static final Owner NONE = new Owner(0, "", 0, "");
    }
}
