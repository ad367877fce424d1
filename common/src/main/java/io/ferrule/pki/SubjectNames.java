package io.ferrule.pki;

import java.net.IDN;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/** Names for the subjectAltName extension (RFC 5280 §4.2.1.6), told apart by their spelling. */
final class SubjectNames {
    private SubjectNames() {}

    static boolean isValid(String name) {
        try {
            return IPAddress.isValid(name) || isHostName(ascii(name));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The name as an iPAddress or a dNSName, the latter in its ASCII form. */
    static GeneralName generalName(String name) {
        return IPAddress.isValid(name)
                ? new GeneralName(GeneralName.iPAddress, name)
                : new GeneralName(GeneralName.dNSName, ascii(name));
    }

    private static String ascii(String name) {
        return name.startsWith("*.") ? "*." + IDN.toASCII(name.substring(2)) : IDN.toASCII(name);
    }

    private static boolean isHostName(String ascii) {
        return ascii.length() <= 253
                && ascii.matches(
                        "(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*");
    }
}
