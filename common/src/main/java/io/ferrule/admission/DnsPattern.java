package io.ferrule.admission;

/** A DNS name in which {@code *} stands for one whole label; in lower case, with A-labels. */
final class DnsPattern {
    private final String[] labels;

    /**
     * Takes it apart.
     *
     * @throws IllegalArgumentException if it cannot be a DNS name
     */
    DnsPattern(String text) {
        this.labels = CertificateNames.ascii(text).split("\\.", -1);
    }

    /** True if the name, in lower case, is one that it stands for. */
    boolean matches(String name) {
        String[] others = name.split("\\.", labels.length + 1);
        if (others.length != labels.length) {
            return false;
        }
        for (int i = 0; i < labels.length; i++) {
            if (others[i].isEmpty() || !(labels[i].equals("*") || labels[i].equals(others[i]))) {
                return false;
            }
        }
        return true;
    }
}
