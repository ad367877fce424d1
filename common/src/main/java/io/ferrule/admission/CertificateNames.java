package io.ferrule.admission;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The names in a certificate: the subject's common names and organizational units, and the subjectAltName entries (RFC 5280
 * §4.2.1.6). One with a control character in it, such as NUL, is left out: it reads differently here and there.
 *
 * @param dns in lower case, without a dot at the end
 * @param hasDns true if it carries DNS names, be it only such as are left out of {@code dns}
 * @param ips as the Java runtime spells them
 */
record CertificateNames(
        List<String> cn,
        List<String> ou,
        List<String> dns,
        boolean hasDns,
        List<String> uri,
        List<String> ips,
        List<String> email) {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    /** Real ones have a handful; a stranger's certificate must not buy more of our time than that. */
    private static final int MOST = 1000;

    private static final int LARGEST_SUBJECT_BYTES = 8192;
    private static final int SHOWN = 10;

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if they cannot be parsed or are too many, which refuses the certificate
     */
    static CertificateNames of(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            Collection<List<?>> names = all == null ? List.of() : all;
            if (names.size() > MOST) {
                throw new IllegalArgumentException(
                        "it carries " + names.size() + " names; at most " + MOST + " are looked at");
            }
            List<Rdn> subject = subject(certificate);
            return new CertificateNames(
                    of(subject, "CN"),
                    of(subject, "OU"),
                    of(names, DNS, CertificateNames::plain),
                    names.stream().anyMatch(name -> Integer.valueOf(DNS).equals(name.get(0))),
                    of(names, URI, text -> text),
                    of(names, IP, text -> text),
                    of(names, EMAIL, text -> text));
        } catch (CertificateParsingException | NamingException e) {
            throw new IllegalArgumentException("its names cannot be read", e);
        }
    }

    private static List<String> of(Collection<List<?>> names, int type, UnaryOperator<String> spelling) {
        List<String> found = new ArrayList<>();
        for (List<?> name : names) {
            if (Integer.valueOf(type).equals(name.get(0)) && name.get(1) instanceof String text && isClean(text)) {
                found.add(spelling.apply(text));
            }
        }
        return found;
    }

    private static List<Rdn> subject(X509Certificate certificate) throws InvalidNameException {
        if (certificate.getSubjectX500Principal().getEncoded().length > LARGEST_SUBJECT_BYTES) {
            throw new IllegalArgumentException("its subject is longer than " + LARGEST_SUBJECT_BYTES + " bytes");
        }
        return new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
    }

    private static List<String> of(List<Rdn> subject, String attribute) throws NamingException {
        List<String> found = new ArrayList<>();
        for (Rdn rdn : subject) {
            NamingEnumeration<? extends Attribute> parts = rdn.toAttributes().getAll();
            while (parts.hasMore()) {
                Attribute part = parts.next();
                NamingEnumeration<?> values = part.getAll();
                while (part.getID().equalsIgnoreCase(attribute) && values.hasMore()) {
                    if (values.next() instanceof String text && isClean(text)) {
                        found.add(text);
                    }
                }
            }
        }
        return found;
    }

    private static boolean isClean(String text) {
        return text.codePoints().noneMatch(Character::isISOControl);
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
        String trimmed = plain(IDN.toASCII(hostName));
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException("the host name is empty");
        }
        return trimmed;
    }

    /** Lower case, no dot at the end. */
    static String plain(String dns) {
        String name = dns.toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** For the operator, in the spelling of name patterns. */
    String describe() {
        List<String> all = new ArrayList<>();
        cn.forEach(n -> all.add("cn:" + n));
        ou.forEach(n -> all.add("ou:" + n));
        dns.forEach(n -> all.add("dns:" + n));
        uri.forEach(n -> all.add("uri:" + n));
        ips.forEach(n -> all.add("ip:" + n));
        email.forEach(n -> all.add("email:" + n));
        if (all.isEmpty()) {
            return "no name";
        }
        List<String> shown =
                all.stream().limit(SHOWN).map(PresentedChain::clean).toList();
        return String.join(", ", shown) + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "");
    }
}
