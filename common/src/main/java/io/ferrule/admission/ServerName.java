package io.ferrule.admission;

import io.netty.util.NetUtil;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificate is issued for the name connected to (RFC 9525 §6): a dNSName, whose wildcard may stand for the whole
 * left-most label and nothing else, or for an IP address an iPAddress. The common name is never looked at.
 */
final class ServerName implements NameRule {
    private final String name;
    private final byte @Nullable [] address;

    /**
     * Takes a host name, also an internationalised one, or an IP address without brackets.
     *
     * @throws IllegalArgumentException if it is neither
     */
    ServerName(String name) {
        address = NetUtil.createByteArrayFromIpAddressString(name);
        this.name = address == null ? CertificateNames.ascii(name) : name;
    }

    @Override
    public boolean allows(X509Certificate certificate) {
        CertificateNames names = CertificateNames.of(certificate);
        return address != null
                ? names.addresses().stream().anyMatch(a -> Arrays.equals(a, address))
                : names.dns().stream().anyMatch(this::matches);
    }

    private boolean matches(String reference) {
        if (!reference.startsWith("*.")) {
            return reference.equals(name);
        }
        int dot = name.indexOf('.');
        return dot > 0
                && reference.indexOf('*', 1) < 0
                && reference.substring(1).equals(name.substring(dot));
    }

    @Override
    public String expected() {
        return name;
    }

    @Override
    public String words() {
        return "if it is issued for " + name;
    }
}
