package io.ferrule.stunnel;

import io.ferrule.stunnel.LoggedService.Asked;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Which of the names asked for a certificate carries, after it has been found to carry one; this decides nothing. */
final class SubjectLine {
    private static final int EMAIL = 1; // the tags of GeneralName (RFC 5280 §4.2.1.6)
    private static final int DNS = 2;
    private static final int IP = 7;

    private SubjectLine() {}

    static String of(Asked asked, X509Certificate certificate) {
        if (!asked.names()) {
            return "CERT: No subject checks configured";
        }
        for (String host : asked.hosts()) {
            for (String name : names(certificate, DNS)) {
                if (stands(name, host)) {
                    return "CERT: Host name \"" + host + "\" matched with \"" + name + "\"";
                }
            }
        }
        for (String email : asked.emails()) {
            if (names(certificate, EMAIL).stream().anyMatch(email::equalsIgnoreCase)) {
                return "CERT: Email address \"" + email + "\" matched";
            }
        }
        for (String address : asked.addresses()) {
            if (names(certificate, IP).contains(address)) {
                return "CERT: IP address \"" + address + "\" matched";
            }
        }
        return "CERT: Subject checks succeeded"; // by a common name, or in another spelling
    }

    /** A wildcard stands for the left-most label. */
    private static boolean stands(String name, String host) {
        String n = name.toLowerCase(Locale.ROOT);
        String h = host.toLowerCase(Locale.ROOT);
        return n.equals(h)
                || (n.startsWith("*.") && h.indexOf('.') > 0 && n.substring(1).equals(h.substring(h.indexOf('.'))));
    }

    private static List<String> names(X509Certificate certificate, int kind) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(n -> n.get(0) instanceof Integer tag && tag == kind)
                            .map(n -> String.valueOf(n.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
