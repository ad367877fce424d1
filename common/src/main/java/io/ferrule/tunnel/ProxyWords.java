package io.ferrule.tunnel;

import io.ferrule.config.AcceptProxy;
import io.ferrule.config.SendProxy;
import java.util.List;

/** PROXY headers in words for people. */
final class ProxyWords {
    private ProxyWords() {}

    static List<String> believed(AcceptProxy proxy) {
        String refused = "Without one a connection is refused.";
        return proxy.anyone()
                ? List.of("Everybody's: who connects says in a PROXY header for which address it speaks.", refused)
                : List.of(
                        "That of " + String.join(", ", proxy.values())
                                + ": who connects from there says in a PROXY header for which address it speaks. "
                                + refused,
                        "Who connects from elsewhere speaks for itself.");
    }

    static List<String> told(SendProxy proxy) {
        String addresses = "Which address each of them comes from, in a PROXY header of version "
                + (proxy == SendProxy.V1 ? 1 : 2) + " before all else.";
        return proxy == SendProxy.V2_TLS
                ? List.of(addresses, "In it, too, what TLS says of them: version, cipher, names.")
                : List.of(addresses);
    }
}
