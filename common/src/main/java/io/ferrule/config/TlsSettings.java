package io.ferrule.config;

import java.util.List;

/**
 * How a leg speaks TLS, apart from whom it trusts.
 *
 * @param minimum the oldest version spoken
 * @param maximum the newest version spoken, not older than {@code minimum}
 * @param alpn protocols offered or accepted, most wanted first; empty leaves ALPN (RFC 7301) out
 * @param ciphers suites of TLS 1.2 by OpenSSL's names, most wanted first; empty takes all that are safe. Those of TLS 1.3 are the
 *     engine's own
 * @param groups key agreement groups, most wanted first; empty takes those that {@code postQuantum} says
 * @param postQuantum not looked at where {@code groups} are given
 * @param signatures algorithms that the own keys may sign with, by their names in RFC 8446 §4.2.3; empty takes all that suit
 * @param clientChoosesCipher accept leg: of TLS 1.2's suites the client's most wanted is taken, not ours
 * @param sessions how sessions are continued
 */
public record TlsSettings(
        TlsVersion minimum,
        TlsVersion maximum,
        List<String> alpn,
        List<String> ciphers,
        List<String> groups,
        PostQuantum postQuantum,
        List<String> signatures,
        boolean clientChoosesCipher,
        Sessions sessions) {
    /** TLS 1.2 and 1.3, no ALPN, whatever is safe. */
    public static final TlsSettings DEFAULT = new TlsSettings(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3, List.of());

    /** Whatever is safe in these versions. */
    public TlsSettings(TlsVersion minimum, TlsVersion maximum, List<String> alpn) {
        this(minimum, maximum, alpn, List.of(), List.of(), PostQuantum.PREFERRED, List.of(), false, Sessions.DEFAULT);
    }

    /**
     * Checks what goes together, and the length of the protocol names.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public TlsSettings {
        alpn = List.copyOf(alpn);
        ciphers = List.copyOf(ciphers);
        groups = List.copyOf(groups);
        signatures = List.copyOf(signatures);
        if (minimum.compareTo(maximum) > 0) {
            throw new IllegalArgumentException(
                    "the minimum TLS version " + minimum + " is newer than the maximum " + maximum);
        }
        if (postQuantum == PostQuantum.REQUIRED && (minimum != TlsVersion.TLS_1_3 || !groups.isEmpty())) {
            throw new IllegalArgumentException(
                    "post-quantum key agreement can be required with TLS 1.3 and its own group");
        }
        for (String protocol : alpn) {
            if (protocol.isEmpty() || protocol.length() > 255) {
                throw new IllegalArgumentException("the ALPN protocol \"" + protocol + "\" is not 1 to 255 bytes long");
            }
        }
    }
}
