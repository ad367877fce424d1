package io.ferrule.admission;

import io.ferrule.config.Pin;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.List;
import java.util.Locale;

/** A peer's chain as text for an operator: bounded and without control characters, whatever the peer wrote into it. */
final class PresentedChain {
    private static final int MAX_CERTIFICATES = 8;
    private static final int MAX_TEXT = 200;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private PresentedChain() {}

    /** One line for each certificate, the pin last, ready to paste. */
    static String describe(PeerKind peer, List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder("the " + peer + " presented:");
        for (int i = 0; i < Math.min(chain.size(), MAX_CERTIFICATES); i++) {
            X509Certificate certificate = chain.get(i);
            text.append("\n  ")
                    .append(i)
                    .append(": ")
                    .append(subject(certificate))
                    .append(" (expires ")
                    .append(date(certificate.getNotAfter()))
                    .append(") ")
                    .append(Pin.of(certificate));
        }
        if (chain.size() > MAX_CERTIFICATES) {
            text.append("\n  and ").append(chain.size() - MAX_CERTIFICATES).append(" more");
        }
        return text.toString();
    }

    static String subject(X509Certificate certificate) {
        String name = clean(certificate.getSubjectX500Principal().getName());
        return name.isEmpty() ? "no subject" : name;
    }

    /** In hexadecimal, as OpenSSL prints it. */
    static String serial(X509Certificate certificate) {
        return clean(new BigInteger(1, certificate.getSerialNumber().toByteArray()).toString(16));
    }

    static String date(Date date) {
        return DATE.format(date.toInstant());
    }

    /** Cuts what is long; a log line and a terminal are no place for a stranger's control characters. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().limit(MAX_TEXT).forEach(c -> clean.appendCodePoint(isPrintable(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > MAX_TEXT ? clean + "…" : clean.toString();
    }

    /** Format characters go too: they can turn the reading direction of what follows. */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
