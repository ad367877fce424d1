package io.ferrule.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How it is found out that a peer's certificate, though well signed and within its dates, is no longer to be trusted. Whatever
 * cannot be found out refuses, unless {@code allowUnknown}.
 *
 * @param crls files with certificate revocation lists (RFC 5280 §5) for the authorities of the chain; empty asks none
 * @param ocsp whom to ask by OCSP (RFC 6960)
 * @param responder the responder's URL for {@link Ocsp#RESPONDER} and {@link Ocsp#RESPONDER_THEN_AIA}, else null
 * @param timeout how long an OCSP responder may take
 * @param allowUnknown a peer is let in although its status cannot be found out; one that is revoked never is
 * @param deny a file of pins and serial numbers that are refused whatever else is said; null for none
 * @param peerOnly the lists are asked about the peer's own certificate, and not about those between it and its root; only stunnel's
 *     configuration asks that
 * @param nonce each OCSP question carries a nonce, which its answer has to repeat (RFC 8954), so that only a fresh one counts; only
 *     stunnel's configuration asks that
 */
public record Revocation(
        List<Path> crls,
        Ocsp ocsp,
        @Nullable URI responder,
        Duration timeout,
        boolean allowUnknown,
        @Nullable Path deny,
        boolean peerOnly,
        boolean nonce) {
    /** Nothing is asked; what a peer staples is still judged. */
    public static final Revocation NONE = new Revocation(List.of(), Ocsp.OFF, null, Duration.ofSeconds(5), false, null);

    /** Whom to ask by OCSP. */
    public enum Ocsp {
        /** Nobody. A stapled response is judged, and a certificate that says must-staple (RFC 7633) needs one. */
        OFF,
        /** Nobody, but each server has to staple a response (RFC 6066 §8). */
        STAPLED,
        /** The responder that the certificate names (authorityInfoAccess, RFC 5280 §4.2.2.1), unless a response is stapled. */
        AIA,
        /** The same, but a certificate that names none is taken as it is; only stunnel's configuration asks for that. */
        AIA_IF_NAMED,
        /** One responder for all, unless a response is stapled. */
        RESPONDER,
        /** The same, and where it does not know, those that the certificate names, if any; only stunnel's configuration asks for that. */
        RESPONDER_THEN_AIA
    }

    /** As our own configuration asks: whole chains, and without a nonce. */
    public Revocation(
            List<Path> crls,
            Ocsp ocsp,
            @Nullable URI responder,
            Duration timeout,
            boolean allowUnknown,
            @Nullable Path deny) {
        this(crls, ocsp, responder, timeout, allowUnknown, deny, false, false);
    }

    public Revocation {
        crls = List.copyOf(crls);
        if ((ocsp == Ocsp.RESPONDER || ocsp == Ocsp.RESPONDER_THEN_AIA) != (responder != null)) {
            throw new IllegalArgumentException("a responder's URL belongs where one is asked, and there alone");
        }
    }
}
