package io.ferrule.tls;

import io.ferrule.connection.PeerCheck;
import io.ferrule.pki.KeyMaterial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients that ask for one server name are shown and asked.
 *
 * @param name as it is matched; empty for the tunnel itself
 * @param own of which each client takes what suits it: one chain and key for each kind of key; at least one
 * @param clients what is asked of them; null if they are not asked for a certificate
 */
public record TlsService(String name, List<KeyMaterial> own, @Nullable PeerCheck clients) {
    public TlsService {
        own = List.copyOf(own);
        if (own.isEmpty()) {
            throw new IllegalArgumentException(
                    (name.isEmpty() ? "" : "the server name " + name + ": ") + "it has no certificate");
        }
    }
}
