package io.ferrule.app;

import io.ferrule.config.Pin;
import io.ferrule.observe.Printable;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Certificates as lines for people: subject, issuer, validity, pin. */
final class CertificateLines {
    private static final DateTimeFormatter DAY_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private CertificateLines() {}

    /**
     * Four lines a certificate.
     *
     * @param now decides whether one is called expired
     */
    static List<String> of(List<X509Certificate> certificates, Instant now) {
        List<String> lines = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            lines.add("subject  " + name(certificate.getSubjectX500Principal().getName()));
            lines.add("  issuer   " + name(certificate.getIssuerX500Principal().getName()));
            lines.add("  valid    " + validity(certificate, now));
            lines.add("  pin      " + Pin.of(certificate));
        }
        return lines;
    }

    /** From when to when, and whether that is not now. */
    static String validity(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        String remark = "";
        if (now.isAfter(to)) {
            remark = " (EXPIRED)";
        } else if (now.isBefore(from)) {
            remark = " (NOT YET VALID)";
        }
        return DAY_TIME.format(from) + " to " + DAY_TIME.format(to) + remark;
    }

    /** A certificate may name itself anything. */
    private static String name(String distinguished) {
        return distinguished.isEmpty() ? "(empty)" : Printable.line(distinguished);
    }
}
