package io.ferrule.stunnel;

import java.util.Locale;
import java.util.Set;

/** The values of {@code OCSPflag}: bits of OpenSSL's OCSP_basic_verify(3), and what becomes of each here. */
final class OcspFlags {
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("NOCERTS", "NOCHAIN", "NOEXPLICIT", "NOCASIGN", "RESPID_KEY", "NOTIME");
    private static final Set<String> ISSUER_ALONE = Set.of("NOINTERN", "NODELEGATED");

    private OcspFlags() {}

    /** What becomes of a flag, in whatever case. */
    static Fate fate(String flag) {
        String name = flag.toUpperCase(Locale.ROOT);
        if (WITHOUT_EFFECT.contains(name)) {
            return Fate.notice(
                    "an answer counts if the issuer signed it, or a responder that the issuer signed; the flag"
                            + " makes no difference to that");
        }
        return Fate.refused(
                ISSUER_ALONE.contains(name)
                        ? "a responder that the issuer has signed is trusted too (RFC 6960 §4.2.2.2)"
                        : "an answer of which it is not verified who gave it says nothing");
    }
}
