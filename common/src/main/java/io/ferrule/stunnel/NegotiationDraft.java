package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelService.Negotiation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a section says before TLS begins, as far as it has been read. */
final class NegotiationDraft {
    private final List<String> headers = new ArrayList<>();
    private @Nullable String protocol;
    private @Nullable String authentication;
    private @Nullable String domain;
    private @Nullable String host;
    private @Nullable String password;
    private @Nullable String username;

    /** Takes the line if it is about the protocol. */
    boolean set(String key, String value) {
        switch (key) {
            case "protocol" -> protocol = Words.lower(value);
            case "protocolauthentication" -> authentication = value;
            case "protocoldomain" -> domain = value;
            case "protocolheader" -> headers.add(value);
            case "protocolhost" -> host = value;
            case "protocolpassword" -> password = value;
            case "protocolusername" -> username = value;
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The protocol, if there is one; null if none is given. */
    @Nullable
    Protocol check(boolean client) throws Refusal {
        if (protocol == null) {
            return null;
        }
        Protocol known = Protocol.named(protocol)
                .orElseThrow(() -> new Refusal("Protocol not supported", "stunnel knows " + Protocol.names()));
        if (!(client ? known.client() : known.server())) {
            throw new Refusal("The '%s' protocol is not supported in the %s mode"
                    .formatted(protocol, client ? "client" : "server"));
        }
        return known;
    }

    Negotiation finish() {
        return new Negotiation(protocol, authentication, domain, headers, host, password, username);
    }
}
