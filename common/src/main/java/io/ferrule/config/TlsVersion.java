package io.ferrule.config;

import java.util.Arrays;

/** The versions of TLS that Ferrule speaks; nothing older exists here (RFC 8996). */
public enum TlsVersion {
    /** TLS 1.2 (RFC 5246), with AEAD suites and forward secrecy only. */
    TLS_1_2("1.2"),
    /** TLS 1.3 (RFC 8446). */
    TLS_1_3("1.3");

    private final String number;

    TlsVersion(String number) {
        this.number = number;
    }

    /**
     * Reads {@code 1.2} or {@code 1.3}.
     *
     * @throws IllegalArgumentException with a sentence for the operator for anything else
     */
    public static TlsVersion parse(String text) {
        return Arrays.stream(values())
                .filter(v -> v.number.equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is not 1.2 or 1.3"));
    }

    /** The version as people write it, such as {@code 1.3}. */
    @Override
    public String toString() {
        return number;
    }
}
