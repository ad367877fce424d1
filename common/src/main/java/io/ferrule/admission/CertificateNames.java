package io.ferrule.admission;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The names in a certificate: the subject's common names and the subjectAltName entries (RFC 5280 §4.2.1.6).
 *
 * @param dns in lower case
 * @param ips as the Java runtime spells them
 */
record CertificateNames(List<String> cn, List<String> dns, List<String> uri, List<String> ips) {
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;
    private static final int SHOWN = 10;

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if they cannot be parsed, which refuses the certificate
     */
    static CertificateNames of(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            Collection<List<?>> names = all == null ? List.of() : all;
            List<String> dns =
                    of(names, DNS).stream().map(n -> n.toLowerCase(Locale.ROOT)).toList();
            return new CertificateNames(commonNames(certificate), dns, of(names, URI), of(names, IP));
        } catch (CertificateParsingException | NamingException e) {
            throw new IllegalArgumentException("its names cannot be read", e);
        }
    }

    private static List<String> of(Collection<List<?>> names, int type) {
        List<String> found = new ArrayList<>();
        for (List<?> name : names) {
            if (Integer.valueOf(type).equals(name.get(0)) && name.get(1) instanceof String text) {
                found.add(text);
            }
        }
        return found;
    }

    private static List<String> commonNames(X509Certificate certificate) throws InvalidNameException, NamingException {
        List<String> found = new ArrayList<>();
        for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
            NamingEnumeration<? extends Attribute> parts = rdn.toAttributes().getAll();
            while (parts.hasMore()) {
                Attribute part = parts.next();
                if (part.getID().equalsIgnoreCase("CN") && part.get() instanceof String text) {
                    found.add(text);
                }
            }
        }
        return found;
    }

    /** The iPAddress entries as bytes: four or sixteen each. */
    List<byte[]> addresses() {
        List<byte[]> addresses = new ArrayList<>();
        for (String ip : ips) {
            byte[] address = NetUtil.createByteArrayFromIpAddressString(ip);
            if (address != null) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    /**
     * A host name as it stands in certificates: A-labels, lower case, no dot at the end.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    static String ascii(String hostName) {
        String name = IDN.toASCII(hostName).toLowerCase(Locale.ROOT);
        String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException("the host name is empty");
        }
        return trimmed;
    }

    /** For the operator, in the spelling of name patterns. */
    String describe() {
        List<String> all = new ArrayList<>();
        cn.forEach(n -> all.add("cn:" + n));
        dns.forEach(n -> all.add("dns:" + n));
        uri.forEach(n -> all.add("uri:" + n));
        ips.forEach(n -> all.add("ip:" + n));
        if (all.isEmpty()) {
            return "no name";
        }
        List<String> shown =
                all.stream().limit(SHOWN).map(PresentedChain::clean).toList();
        return String.join(", ", shown) + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "");
    }
}
