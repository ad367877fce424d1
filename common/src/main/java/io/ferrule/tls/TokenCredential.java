package io.ferrule.tls;

import io.ferrule.pki.KeyMaterial;
import io.ferrule.token.TokenKey;
import org.jspecify.annotations.Nullable;

/** A certificate chain inside BoringSSL whose key stays in its token, and the OCSP response stapled to it. Any thread. */
final class TokenCredential {
    private final TokenKey key;
    private final long chain;
    private volatile byte @Nullable [] ocspResponse;

    TokenCredential(KeyMaterial material, TokenKey key) throws Exception {
        this.key = key;
        this.chain = NativeCredential.chain(material);
    }

    /** Lets a connection show it, if it takes none of those that were added. */
    TokenKey addTo(NativeConnection connection) throws Exception {
        connection.showWithKeyElsewhere(chain, ocspResponse);
        return key;
    }

    /** Staples a response, or for null none, in connections to come. */
    void staple(byte @Nullable [] response) {
        ocspResponse = response;
    }

    void free() {
        NativeCredential.freeChain(chain);
    }
}
