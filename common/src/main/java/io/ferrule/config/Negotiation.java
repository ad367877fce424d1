package io.ferrule.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said in plaintext before TLS begins, or first of all inside it. Only stunnel's configuration asks for it.
 *
 * @param host null for none; what it means is the protocol's matter, as with the others
 * @param username null for none
 * @param password null for none
 * @param domain of an NTLM user; null for none
 * @param authentication its name in any case; null for the protocol's own choice
 * @param headers sent besides, in this order
 */
public record Negotiation(
        Protocol protocol,
        @Nullable String host,
        @Nullable String username,
        @Nullable Secret password,
        @Nullable String domain,
        @Nullable String authentication,
        List<String> headers) {
    /** What is spoken. */
    public enum Protocol {
        CIFS,
        CONNECT,
        IMAP,
        LDAP,
        NNTP,
        PGSQL,
        POP3,
        PROXY,
        SMTP,
        SOCKS
    }

    public Negotiation {
        headers = List.copyOf(headers);
    }

    /** One that needs no more than its name. */
    public Negotiation(Protocol protocol) {
        this(protocol, null, null, null, null, null, List.of());
    }

    /** Without what it says of a user: headers may hold a password too. */
    @Override
    public String toString() {
        return "Negotiation[protocol=" + protocol + ", host=" + host + "]";
    }
}
