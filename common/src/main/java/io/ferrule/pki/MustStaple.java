package io.ferrule.pki;

import java.security.cert.X509Certificate;

/** Whether a certificate says that its status has to be stapled to it (RFC 7633). Asked of every peer, so it costs nothing. */
final class MustStaple {
    private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

    private MustStaple() {}

    /** True also if it says something of that kind unreadably. */
    static boolean isSaidBy(X509Certificate certificate) {
        byte[] feature = certificate.getExtensionValue(TLS_FEATURE);
        return feature != null && StatusExtensions.namesStatusRequest(feature); // only then is Bouncy Castle loaded
    }
}
