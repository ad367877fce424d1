package io.ferrule.stunnel;

import io.ferrule.connection.DistinguishedName;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.stunnel.LoggedService.Asked;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * What stunnel tells of the peer's certificates, from the root to the peer's own. Of the path that was found only what the peer
 * showed is known here, and who issued the last of it.
 */
final class CertificateLines {
    private CertificateLines() {}

    /** The peer is trusted. */
    static void accepted(ConnectionLines lines, List<X509Certificate> chain) {
        Asked asked = lines.service().asked();
        if (chain.isEmpty()) {
            return;
        }
        if (!asked.judges()) {
            lines.add(ConnectionLines.INFO, "Certificate verification disabled");
            return;
        }
        X509Certificate leaf = chain.get(0);
        passedAbove(lines, path(chain), 0);
        started(lines, 0, leaf.getSubjectX500Principal());
        preVerified(lines);
        lines.add(ConnectionLines.INFO, SubjectLine.of(asked, leaf));
        if (asked.stored()) {
            lines.add(ConnectionLines.INFO, "CERT: Locally installed certificate matched");
        }
        lines.add(ConnectionLines.NOTICE, accepted(0, leaf.getSubjectX500Principal()));
    }

    /**
     * The peer is refused for what it showed.
     *
     * @param chain not empty
     * @param detail what was found, for the operator
     */
    static void refused(
            ConnectionLines lines,
            List<X509Certificate> chain,
            HandshakeFailure failure,
            String detail,
            Instant openedAt) {
        List<X509Certificate> path = path(chain);
        int depth =
                switch (failure) {
                    case UNTRUSTED -> detail.contains("extended key usage") ? 0 : path.size() - 1;
                    case EXPIRED -> highestExpired(path, openedAt);
                    default -> 0;
                };
        X500Principal subject = path.get(depth).getSubjectX500Principal();
        if (failure != HandshakeFailure.UNTRUSTED
                && failure != HandshakeFailure.REVOKED) { // those come before any signature
            passedAbove(lines, path, depth);
        }
        started(lines, depth, subject);
        switch (failure) {
            case NAME_MISMATCH -> {
                preVerified(lines);
                lines.add(ConnectionLines.WARNING, "CERT: Subject checks failed");
            }
            case CERTIFICATE_MISMATCH -> {
                lines.add(ConnectionLines.INFO, SubjectLine.of(lines.service().asked(), chain.get(0)));
                lines.add(ConnectionLines.WARNING, "CERT: Certificate not found in local repository");
            }
            default ->
                lines.add(ConnectionLines.WARNING, "CERT: Pre-verification error: " + error(failure, detail, path));
        }
        lines.add(ConnectionLines.WARNING, "Rejected by CERT at depth=" + depth + ": " + DistinguishedName.of(subject));
    }

    /** In OpenSSL's words. */
    private static String error(HandshakeFailure failure, String detail, List<X509Certificate> path) {
        return switch (failure) {
            case UNTRUSTED -> untrusted(detail, path);
            case EXPIRED -> "certificate has expired";
            case NOT_YET_VALID -> "certificate is not yet valid";
            case REVOKED -> "certificate revoked";
            default -> EndLines.firstSentence(detail);
        };
    }

    private static String untrusted(String detail, List<X509Certificate> path) {
        if (detail.contains("extended key usage")) {
            return "unsuitable certificate purpose";
        }
        if (!isSelfIssued(path.get(path.size() - 1))) {
            return "unable to get local issuer certificate";
        }
        return path.size() == 1 ? "self-signed certificate" : "self-signed certificate in certificate chain";
    }

    /** Those nearer to the root are told of first, up to the one that issued the last. */
    private static void passedAbove(ConnectionLines lines, List<X509Certificate> path, int depth) {
        if (!lines.service().asked().chain()) {
            return;
        }
        X509Certificate last = path.get(path.size() - 1);
        if (!isSelfIssued(last)) {
            passed(lines, path.size(), last.getIssuerX500Principal());
        }
        for (int above = path.size() - 1; above > depth; above--) {
            passed(lines, above, path.get(above).getSubjectX500Principal());
        }
    }

    private static void passed(ConnectionLines lines, int depth, X500Principal subject) {
        started(lines, depth, subject);
        preVerified(lines);
        lines.add(ConnectionLines.INFO, accepted(depth, subject));
    }

    private static void started(ConnectionLines lines, int depth, X500Principal subject) {
        lines.add(
                ConnectionLines.DEBUG, "Verification started at depth=" + depth + ": " + DistinguishedName.of(subject));
    }

    private static void preVerified(ConnectionLines lines) {
        lines.add(ConnectionLines.DEBUG, "CERT: Pre-verification succeeded");
    }

    private static String accepted(int depth, X500Principal subject) {
        return "Certificate accepted at depth=" + depth + ": " + DistinguishedName.of(subject);
    }

    /** The peer's own certificate, and above it those of the chain that each issued the one before. */
    private static List<X509Certificate> path(List<X509Certificate> chain) {
        int length = 1;
        while (length < chain.size()
                && chain.get(length)
                        .getSubjectX500Principal()
                        .equals(chain.get(length - 1).getIssuerX500Principal())
                && !isSelfIssued(chain.get(length - 1))) {
            length++;
        }
        return chain.subList(0, length);
    }

    private static int highestExpired(List<X509Certificate> path, Instant now) {
        for (int depth = path.size() - 1; depth > 0; depth--) {
            if (path.get(depth).getNotAfter().toInstant().isBefore(now)) {
                return depth;
            }
        }
        return 0;
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }
}
