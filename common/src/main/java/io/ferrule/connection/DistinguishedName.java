package io.ferrule.connection;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** A certificate's subject as OpenSSL and stunnel print it: {@code O=Example, CN=redis.test}, in the certificate's order. */
public final class DistinguishedName {
    /** What the Java runtime would print as numbers, by OpenSSL's short names. */
    private static final Map<String, String> SHORT_NAMES = Map.of(
            "1.2.840.113549.1.9.1", "emailAddress",
            "2.5.4.4", "SN",
            "2.5.4.5", "serialNumber",
            "2.5.4.12", "title",
            "2.5.4.13", "description",
            "2.5.4.42", "GN");

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");

    private DistinguishedName() {}

    /** Of a subject or an issuer. */
    public static String of(X500Principal name) {
        try {
            // The first of the list is the last of RFC 2253's text, which begins at the certificate's end.
            return new LdapName(name.getName(X500Principal.RFC2253, SHORT_NAMES))
                    .getRdns().stream().map(DistinguishedName::text).collect(Collectors.joining(", "));
        } catch (InvalidNameException e) {
            return name.getName();
        }
    }

    private static String text(Rdn rdn) {
        if (rdn.size() > 1) {
            return escaped(rdn.toString()); // as rare as it is ambiguous
        }
        return rdn.getType() + "=" + escaped(rdn.getValue() instanceof String value ? quoted(value) : rdn.toString());
    }

    /** What would end a line or drive a terminal, as OpenSSL escapes it (XN_FLAG_ONELINE). */
    private static String escaped(String text) {
        return CONTROL.matcher(text)
                .replaceAll(found -> "\\\\%02X".formatted((int) found.group().charAt(0)));
    }

    private static String quoted(String value) {
        boolean special = value.chars().anyMatch(c -> ",+\"\\<>;".indexOf(c) >= 0)
                || value.startsWith("#")
                || !value.equals(value.strip());
        return special ? '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"' : value;
    }
}
