package io.ferrule.app;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tunnel's config as an operator would say it. */
final class TunnelWords {
    private TunnelWords() {}

    /** Such as {@code TLS 1.2 and 1.3}. */
    static String acceptSpeaks(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        return speaks(tls == null ? null : tls.settings());
    }

    /** Such as {@code plaintext}. */
    static String connectSpeaks(TunnelConfig tunnel) {
        ConnectTls tls = tunnel.connect().tls();
        return speaks(tls == null ? null : tls.settings());
    }

    /** Who may connect. */
    static String clients(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        if (tls == null) {
            return tunnel.accept().listen().isLocal() ? "whoever is on this machine" : "anyone who reaches the port";
        }
        PreSharedKeys preShared = tls.preShared();
        if (preShared == null) {
            return clients(tls.access());
        }
        String keys = "clients with " + counted(preShared);
        return tls.isPreSharedOnly() ? keys : keys + ", or " + clients(tls.access());
    }

    private static String counted(PreSharedKeys keys) {
        int count = keys.keys().size();
        return count == 1
                ? "the pre-shared key of the identity " + keys.keys().get(0).identity()
                : "one of " + count + " pre-shared keys";
    }

    private static String clients(Access access) {
        if (access instanceof Access.Clients clients) {
            return known(clients);
        }
        if (access instanceof Access.Verified verified) {
            Verification asked = verified.verification();
            return "clients with " + asked.words() + (asked.required() ? "" : ", or clients without a certificate");
        }
        return "anyone who reaches the port";
    }

    /** True if nobody has to show anything. */
    static boolean letsAnyoneIn(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        return tls == null || (!tls.isPreSharedOnly() && tls.access() instanceof Access.Anyone);
    }

    /** True if clients that were invited get in. */
    static boolean letsInvitedIn(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        return tls != null && tls.access() instanceof Access.Clients clients && clients.invited();
    }

    /** True if they do, and clients that are known in no other way. */
    static boolean isByInvitationOnly(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        return tls != null
                && tls.access() instanceof Access.Clients clients
                && clients.invited()
                && clients.pins().isEmpty()
                && clients.authority() == null;
    }

    private static String known(Access.Clients clients) {
        List<String> ways = new ArrayList<>();
        if (!clients.pins().isEmpty()) {
            ways.add(counted("clients whose key has ", clients.pins()));
        }
        if (clients.invited()) {
            ways.add("clients that are invited");
        }
        Access.Authority authority = clients.authority();
        if (authority != null) {
            ways.add("clients with a certificate signed by " + authority.bundle() + " and named "
                    + authority.names().stream().map(Object::toString).collect(Collectors.joining(" or ")));
        }
        if (clients.optional()) {
            ways.add("clients without a certificate");
        }
        return String.join(", or ", ways);
    }

    /** What the server is known by. */
    static String server(TunnelConfig tunnel) {
        ConnectTls tls = tunnel.connect().tls();
        if (tls == null) {
            return "not verified: plaintext";
        }
        ServerTrust trust = tls.trust();
        if (trust instanceof ServerTrust.Pins pinned) {
            return counted("a key with ", pinned.pins());
        }
        if (trust instanceof ServerTrust.StoredCertificate stored) {
            return "the certificate stored in " + stored.file();
        }
        if (trust instanceof ServerTrust.Verified verified) {
            Verification asked = verified.verification();
            return asked.isProof() ? asked.words() : "not verified: " + asked.words() + " will do";
        }
        if (trust instanceof ServerTrust.PreShared preShared) {
            return "the pre-shared key of the identity " + preShared.key().identity();
        }
        ServerTrust.Authority authority = (ServerTrust.Authority) trust;
        String names = authority.names().stream().map(Object::toString).collect(Collectors.joining(" or "));
        String host = tls.serverName() == null ? "the target's host" : tls.serverName();
        return "a certificate signed by " + authority.bundle()
                + (names.isEmpty() ? " for " + host : " and named " + names);
    }

    private static String counted(String beginning, List<?> pins) {
        return beginning + (pins.size() == 1 ? "the pin " + pins.get(0) : "one of " + pins.size() + " pins");
    }

    private static String speaks(@Nullable TlsSettings tls) {
        if (tls == null) {
            return "plaintext";
        }
        return "TLS " + tls.minimum() + (tls.minimum() == tls.maximum() ? "" : " and " + tls.maximum());
    }
}
