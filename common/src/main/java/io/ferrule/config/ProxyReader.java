package io.ferrule.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads whose PROXY headers are believed, and which one the target gets. */
final class ProxyReader {
    private final Role role;
    private final Values values;

    ProxyReader(Role role, Values values) {
        this.role = role;
        this.values = values;
    }

    /** Who has to send a header; nobody after a problem. */
    AcceptProxy accept(@Nullable Address listen) {
        List<String> said = values.list("accept-proxy", AcceptProxy::word); // each with its own place
        AcceptProxy proxy;
        try {
            proxy = AcceptProxy.parse(new ArrayList<>(said));
        } catch (IllegalArgumentException e) {
            values.problem("accept-proxy", String.valueOf(e.getMessage()));
            return AcceptProxy.NOBODY;
        }
        if (!proxy.from().isEmpty() && listen instanceof Address.Unix) {
            values.problem(
                    "accept-proxy",
                    "who comes in at " + listen
                            + " has no IP address: write anyone, and let the socket's permissions say"
                            + " who that is");
        }
        return proxy;
    }

    /** What the target gets. */
    SendProxy send() {
        SendProxy proxy = values.required("send-proxy", SendProxy::parse);
        if (proxy == SendProxy.V2_TLS && role == Role.CLIENT) {
            values.problem("send-proxy", "v2-ssl tells of a client's TLS, and applications come without: write v2");
        }
        return proxy;
    }
}
