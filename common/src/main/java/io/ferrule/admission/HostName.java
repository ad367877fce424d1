package io.ferrule.admission;

/**
 * A host that a certificate is issued for, as OpenSSL looks for it (X509_check_host(3)): in its DNS names, or where it carries none
 * of these in the common names of its subject. There a wildcard may stand for the left-most label, if at least two more follow; one
 * for a part of a label, which OpenSSL takes too, stands for nothing (RFC 9525 §6.3).
 */
final class HostName {
    private final String name;

    /**
     * Takes a host name, also an internationalised one; one that begins with a dot is every name that ends with it.
     *
     * @throws IllegalArgumentException with a sentence for the operator if it cannot be one
     */
    HostName(String text) {
        boolean suffix = text.startsWith(".");
        this.name = (suffix ? "." : "") + CertificateNames.ascii(suffix ? text.substring(1) : text);
    }

    /** True if one of these names is the host's. */
    boolean isCarriedBy(CertificateNames names) {
        return names.hasDns()
                ? names.dns().stream().anyMatch(this::matches)
                : names.cn().stream().map(CertificateNames::plain).anyMatch(this::matches);
    }

    private boolean matches(String carried) {
        if (carried.equals(name)) {
            return true;
        }
        if (name.startsWith(".")) {
            return carried.length() > name.length() && carried.endsWith(name);
        }
        int dot = name.indexOf('.');
        return dot > 0
                && carried.startsWith("*.")
                && carried.indexOf('*', 1) < 0
                && carried.indexOf('.', 2) > 0
                && carried.substring(1).equals(name.substring(dot));
    }
}
