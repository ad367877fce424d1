package io.ferrule.tunnel;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Limits;
import io.ferrule.config.NamedService;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.Verdict;
import io.ferrule.pki.KeyMaterial;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who would be refused, in plain sentences for the operator: the checks that judge peers are asked.
 *
 * @param stranger a certificate that nobody knows
 */
record RefusedWords(TunnelTls tls, KeyMaterial stranger) {
    /** By the tunnel of this configuration. */
    List<String> of(TunnelConfig config) {
        AcceptTls accept = config.accept().tls();
        ConnectTls connect = config.connect().tls();
        List<String> words = new ArrayList<>();
        if (accept != null) {
            if (accept.preShared() != null) {
                words.addAll(PskWords.refused(accept));
            }
            if (!accept.refuseUnknownNames()) {
                words.addAll(tried("A client", true, tls.check("")));
            }
            for (NamedService named : accept.names()) {
                words.addAll(tried("A client that asks for " + named.name() + ",", true, tls.check(named.name())));
            }
            words.add(TlsWords.older("A client", accept.settings()) + ", " + HandshakeFailure.NO_COMMON_VERSION.label()
                    + ".");
            words.add("A client that speaks plain Redis or HTTP: refused, " + HandshakeFailure.NOT_TLS.label() + ".");
            if (accept.refuseUnknownNames()) {
                words.add("A client that asks for a name that is not served: refused, "
                        + HandshakeFailure.UNKNOWN_NAME.label() + ".");
            }
        }
        if (connect != null) {
            if (connect.trust() instanceof ServerTrust.PreShared) {
                words.add("A server that does not have the key, whatever certificate it shows: refused.");
            }
            words.addAll(tried("A server", false, tls.serverCheck()));
            words.add(TlsWords.older("A server", connect.settings()) + ".");
        }
        words.addAll(limits(config.limits(), accept != null));
        return words;
    }

    /** What the check itself says of those who come with nothing, or with something that nobody knows. */
    private List<String> tried(String who, boolean mayShowNone, @Nullable PeerCheck check) {
        if (check == null) {
            return List.of();
        }
        String unknown = who + " with a certificate of its own making: " + outcome(check, stranger.chain()) + ".";
        return mayShowNone
                ? List.of(who + " without a certificate: " + outcome(check, List.of()) + ".", unknown)
                : List.of(unknown);
    }

    private static String outcome(PeerCheck check, List<X509Certificate> chain) {
        if (!(check.judge(chain) instanceof Verdict.Refused refused)) {
            return "let in";
        }
        return (check.redirects() ? "sent elsewhere, " : "refused, ")
                + refused.failure().label();
    }

    private static List<String> limits(Limits limits, boolean handshakes) {
        List<String> words = new ArrayList<>();
        words.add("More than " + limits.connections() + " connections at once: refused, "
                + CloseReason.TOO_MANY_CONNECTIONS.label() + ".");
        if (limits.connectionsPerSource() > 0) {
            words.add("More than " + limits.connectionsPerSource() + " connections from one address: refused, "
                    + CloseReason.TOO_MANY_FROM_SOURCE.label() + ".");
        }
        if (handshakes) {
            words.add("More than " + limits.handshakes() + " handshakes of clients at once: refused, "
                    + CloseReason.TOO_MANY_HANDSHAKES.label() + ".");
        }
        return words;
    }
}
