package io.ferrule.config;

import java.util.Locale;

/**
 * A name that a certificate may carry, with wildcards: {@code cn:worker-*}, {@code ou:billing}, {@code dns:*.example.org},
 * {@code uri:spiffe://prod/*}, {@code ip:10.1.0.0/16}, {@code email:*@example.org}, or {@code *} for any certificate of the
 * authority.
 *
 * @param kind where in the certificate the name stands
 * @param pattern the name; {@code *} stands for any run of characters, in a DNS name for one whole label; in a {@link Kind#HOST} for
 *     nothing but itself, as wildcards are the certificate's there
 */
public record NamePattern(Kind kind, String pattern) {

    /** Where in a certificate a name stands. */
    public enum Kind {
        /** A common name of the subject. */
        CN,
        /** An organizational unit of the subject. */
        OU,
        /** A DNS subject alternative name. */
        DNS,
        /** A URI subject alternative name, such as a SPIFFE id. */
        URI,
        /** An IP address subject alternative name. */
        IP,
        /** An e-mail address subject alternative name (rfc822Name). */
        EMAIL,
        /**
         * A DNS subject alternative name, or a common name where there is none, as OpenSSL's X509_check_host(3) looks for it. Only
         * stunnel's configuration asks for it, and {@link #parse} does not read it.
         */
        HOST,
        /** No name is asked for: the signature of the authority is enough. */
        ANY
    }

    /**
     * Reads {@code kind:pattern} or {@code *}.
     *
     * @throws IllegalArgumentException with a sentence for the operator if the kind is missing or unknown, or the name empty
     */
    public static NamePattern parse(String text) {
        String t = text.strip();
        if (t.equals("*")) {
            return new NamePattern(Kind.ANY, "*");
        }
        int colon = t.indexOf(':');
        if (colon > 0 && colon < t.length() - 1) {
            for (Kind kind : Kind.values()) {
                if (kind != Kind.ANY
                        && kind != Kind.HOST
                        && kind.name().equals(t.substring(0, colon).toUpperCase(Locale.ROOT))) {
                    return new NamePattern(kind, t.substring(colon + 1));
                }
            }
        }
        throw new IllegalArgumentException("\"" + text
                + "\" does not say which name is meant: write cn:NAME, ou:NAME, dns:NAME, uri:NAME, ip:ADDRESS or"
                + " email:ADDRESS, or * for every certificate of the authority");
    }

    @Override
    public String toString() {
        return kind == Kind.ANY ? "*" : kind.name().toLowerCase(Locale.ROOT) + ":" + pattern;
    }
}
