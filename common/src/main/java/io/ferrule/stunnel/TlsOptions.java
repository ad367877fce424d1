package io.ferrule.stunnel;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The values of {@code options}: bits of OpenSSL by their names, and what becomes of each here. */
final class TlsOptions {
    private static final Fate ALWAYS = Fate.HONOURED;
    private static final Fate NOT_HERE = Fate.notice("a choice of OpenSSL's that Ferrule's TLS engine does not have");
    private static final Fate WORKAROUND = Fate.notice("works round faults of peers that are long gone");
    private static final Fate DATAGRAMS = Fate.notice("about TLS over datagrams, which stunnel does not speak either");
    private static final Fate RENEGOTIATION = Fate.refused(
            "Ferrule never renegotiates: TLS 1.3 has no renegotiation, and in TLS 1.2 it has been a danger; to connect to a"
                    + " server that does not know RFC 5746 no option is needed");

    private static final Map<String, Fate> ALL = all();
    private static final Set<String> GONE = Set.of("NO_SSLv2", "NO_SSLv3");
    private static final Set<String> VERSIONS = Set.of("NO_TLSv1", "NO_TLSv1_1", "NO_TLSv1_2", "NO_TLSv1_3");

    private TlsOptions() {}

    /** The names in the order of {@code stunnel -options}. */
    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** The name as OpenSSL spells it, by one in whatever case. */
    static Optional<String> spelled(String name) {
        return ALL.keySet().stream().filter(n -> n.equalsIgnoreCase(name)).findFirst();
    }

    /** What becomes of a value; one that begins with a minus clears the bit. */
    static Fate fate(String value) {
        boolean clear = value.startsWith("-");
        return spelled(clear ? value.substring(1) : value)
                .map(name -> clear ? cleared(name) : of(name))
                .orElse(Fate.HONOURED); // the reader refuses what is no option
    }

    /** What becomes of a name of {@link #names}. */
    static Fate of(String name) {
        return ALL.getOrDefault(name, NOT_HERE);
    }

    private static Fate cleared(String name) {
        if (name.equals("NO_SSL_MASK")) {
            return Fate.refused("clear NO_TLSv1_2 or NO_TLSv1_3 by themselves: no older version is spoken");
        }
        if (name.equals("NO_RENEGOTIATION")) {
            return RENEGOTIATION;
        }
        if (name.equals("NO_COMPRESSION")) {
            return Fate.refused("compression lets attackers guess what is encrypted; Ferrule's TLS engine has none");
        }
        if (GONE.contains(name)) {
            return Fate.notice("there is none of it here, nor in the OpenSSL 3 that distributions build");
        }
        return VERSIONS.contains(name) || name.equals("NO_TICKET") ? Fate.HONOURED : Fate.notice("nothing to clear");
    }

    private static Map<String, Fate> all() {
        Map<String, Fate> all = new LinkedHashMap<>();
        for (String name : names(
                """
                ALL ALLOW_CLIENT_RENEGOTIATION ALLOW_NO_DHE_KEX ALLOW_UNSAFE_LEGACY_RENEGOTIATION CIPHER_SERVER_PREFERENCE
                CISCO_ANYCONNECT CLEANSE_PLAINTEXT COOKIE_EXCHANGE CRYPTOPRO_TLSEXT_BUG DISABLE_TLSEXT_CA_NAMES
                DONT_INSERT_EMPTY_FRAGMENTS ENABLE_KTLS ENABLE_MIDDLEBOX_COMPAT EPHEMERAL_RSA IGNORE_UNEXPECTED_EOF
                LEGACY_SERVER_CONNECT MICROSOFT_BIG_SSLV3_BUFFER MICROSOFT_SESS_ID_BUG MSIE_SSLV2_RSA_PADDING
                NETSCAPE_CA_DN_BUG NETSCAPE_CHALLENGE_BUG NETSCAPE_DEMO_CIPHER_CHANGE_BUG
                NETSCAPE_REUSE_CIPHER_CHANGE_BUG NO_ANTI_REPLAY NO_COMPRESSION NO_DTLS_MASK NO_DTLSv1 NO_DTLSv1_2
                NO_ENCRYPT_THEN_MAC NO_EXTENDED_MASTER_SECRET NO_QUERY_MTU NO_RENEGOTIATION
                NO_SESSION_RESUMPTION_ON_RENEGOTIATION NO_SSL_MASK NO_SSLv2 NO_SSLv3 NO_TICKET NO_TLSv1 NO_TLSv1_1
                NO_TLSv1_2 NO_TLSv1_3 PKCS1_CHECK_1 PKCS1_CHECK_2 PRIORITIZE_CHACHA SAFARI_ECDHE_ECDSA_BUG SINGLE_DH_USE
                SINGLE_ECDH_USE SSLEAY_080_CLIENT_DH_BUG SSLREF2_REUSE_CERT_TYPE_BUG TLS_BLOCK_PADDING_BUG TLS_D5_BUG
                TLSEXT_PADDING TLS_ROLLBACK_BUG
                """)) {
            all.put(name, NOT_HERE);
        }
        give(all, ALWAYS, "NO_SSLv2 NO_SSLv3 NO_COMPRESSION NO_RENEGOTIATION NO_SESSION_RESUMPTION_ON_RENEGOTIATION");
        give(all, ALWAYS, "NO_TLSv1 NO_TLSv1_1 NO_TLSv1_2 NO_TLSv1_3 NO_TICKET SINGLE_DH_USE SINGLE_ECDH_USE");
        give(all, ALWAYS, "CIPHER_SERVER_PREFERENCE ENABLE_MIDDLEBOX_COMPAT NO_ANTI_REPLAY");
        give(all, WORKAROUND, "ALL CRYPTOPRO_TLSEXT_BUG DONT_INSERT_EMPTY_FRAGMENTS EPHEMERAL_RSA TLSEXT_PADDING");
        give(all, WORKAROUND, "MICROSOFT_BIG_SSLV3_BUFFER MICROSOFT_SESS_ID_BUG MSIE_SSLV2_RSA_PADDING");
        give(all, WORKAROUND, "NETSCAPE_CA_DN_BUG NETSCAPE_CHALLENGE_BUG NETSCAPE_DEMO_CIPHER_CHANGE_BUG");
        give(all, WORKAROUND, "NETSCAPE_REUSE_CIPHER_CHANGE_BUG PKCS1_CHECK_1 PKCS1_CHECK_2 SAFARI_ECDHE_ECDSA_BUG");
        give(all, WORKAROUND, "SSLEAY_080_CLIENT_DH_BUG SSLREF2_REUSE_CERT_TYPE_BUG TLS_BLOCK_PADDING_BUG TLS_D5_BUG");
        give(all, WORKAROUND, "TLS_ROLLBACK_BUG");
        give(all, DATAGRAMS, "CISCO_ANYCONNECT COOKIE_EXCHANGE NO_DTLS_MASK NO_DTLSv1 NO_DTLSv1_2 NO_QUERY_MTU");
        give(all, RENEGOTIATION, "ALLOW_CLIENT_RENEGOTIATION ALLOW_UNSAFE_LEGACY_RENEGOTIATION");
        // BoringSSL connects to servers without RFC 5746, as OpenSSL does with this; it never renegotiates with them.
        give(all, ALWAYS, "LEGACY_SERVER_CONNECT");
        give(all, Fate.refused("it would leave no version of TLS"), "NO_SSL_MASK");
        give(
                all,
                Fate.refused(
                        "an end without close_notify could be an attacker's; Ferrule never passes it on as a good end"),
                "IGNORE_UNEXPECTED_EOF");
        return Collections.unmodifiableMap(all);
    }

    private static void give(Map<String, Fate> all, Fate fate, String names) {
        for (String name : names(names)) {
            all.put(name, fate);
        }
    }

    private static List<String> names(String text) {
        return Arrays.asList(text.strip().split("\\s+"));
    }
}
