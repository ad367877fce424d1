package io.ferrule.config;

import java.util.List;

/**
 * How a leg speaks TLS, apart from whom it trusts.
 *
 * @param minimum the oldest version spoken
 * @param maximum the newest version spoken, not older than {@code minimum}
 * @param alpn protocols offered or accepted, most wanted first; empty leaves ALPN (RFC 7301) out
 */
public record TlsSettings(TlsVersion minimum, TlsVersion maximum, List<String> alpn) {
    /** TLS 1.2 and 1.3, no ALPN. */
    public static final TlsSettings DEFAULT = new TlsSettings(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3, List.of());

    /**
     * Checks the order of the versions and the length of the protocol names.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public TlsSettings {
        alpn = List.copyOf(alpn);
        if (minimum.compareTo(maximum) > 0) {
            throw new IllegalArgumentException(
                    "the minimum TLS version " + minimum + " is newer than the maximum " + maximum);
        }
        for (String protocol : alpn) {
            if (protocol.isEmpty() || protocol.length() > 255) {
                throw new IllegalArgumentException("the ALPN protocol \"" + protocol + "\" is not 1 to 255 bytes long");
            }
        }
    }
}
