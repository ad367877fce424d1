package io.ferrule.pki;

import java.time.Duration;
import java.util.List;

/**
 * What a self-signed certificate to be made says.
 *
 * @param commonName the subject's only part, 1 to 64 characters (RFC 5280 ub-common-name)
 * @param names host names and IP addresses it is issued for; may be empty, for clients and for peers that pin
 * @param validity from now on, a day or more
 */
public record CertificateTemplate(String commonName, List<String> names, Duration validity, KeyType keyType) {
    /**
     * Ten years. What is trusted by its pin gains nothing from expiring: a peer replaces the pin, whatever the date. An early
     * end would only stop a tunnel one day that nobody remembers; the end that there is, is a metric.
     */
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(3650);

    /** RFC 5280 §4.1.2.5: dates have four-digit years. */
    private static final Duration LONGEST_VALIDITY = Duration.ofDays(365_000);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public CertificateTemplate {
        names = List.copyOf(names);
        if (commonName.isBlank() || commonName.length() > 64) {
            throw new IllegalArgumentException("the common name \"" + commonName + "\" is not 1 to 64 characters long");
        }
        for (String name : names) {
            if (!SubjectNames.isValid(name)) {
                throw new IllegalArgumentException("\"" + name + "\" is neither a host name nor an IP address");
            }
        }
        if (validity.compareTo(Duration.ofDays(1)) < 0 || validity.compareTo(LONGEST_VALIDITY) > 0) {
            throw new IllegalArgumentException("a validity of " + validity.toDays() + " days is not 1 to 365000 days");
        }
    }

    /** An ECDSA P-256 certificate for ten years. */
    public static CertificateTemplate of(String commonName, List<String> names) {
        return new CertificateTemplate(commonName, names, DEFAULT_VALIDITY, KeyType.ECDSA_P256);
    }
}
