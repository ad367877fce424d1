package io.ferrule.pki;

import java.time.Instant;

/** What OCSP says about a certificate. */
sealed interface OcspFinding {
    /**
     * A response that holds now and was signed by who may.
     *
     * @param words when and why it was revoked; empty if it was not
     * @param asOf when this was known to be right
     * @param until when newer knowledge is due; may lie a little in the past, by the tolerance for clocks
     */
    record Status(boolean revoked, String words, Instant asOf, Instant until) implements OcspFinding {}

    /**
     * Nothing that could be relied on.
     *
     * @param why part of a sentence for the operator
     */
    record Nothing(String why) implements OcspFinding {}
}
