package io.ferrule.admission;

import java.util.Locale;

/**
 * An e-mail address: before the last {@code @} case matters and {@code *} stands for any run of characters, behind it stands a DNS
 * name (RFC 5280 §4.2.1.6).
 */
final class EmailPattern {
    private final Wildcard user;
    private final DnsPattern domain;

    /**
     * Takes it apart.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    EmailPattern(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || at == text.length() - 1) {
            throw new IllegalArgumentException("\"email:" + text
                    + "\" is not an e-mail address: write email:USER@DOMAIN, or email:*@DOMAIN for all of a domain");
        }
        this.user = new Wildcard(text.substring(0, at));
        this.domain = new DnsPattern(text.substring(at + 1));
    }

    boolean matches(String address) {
        int at = address.lastIndexOf('@');
        return at > 0
                && user.matches(address.substring(0, at))
                && domain.matches(address.substring(at + 1).toLowerCase(Locale.ROOT));
    }
}
