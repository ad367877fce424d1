package io.ferrule.tls;

import io.ferrule.pki.KeyMaterial;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLCredential;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain with its key inside BoringSSL, and the OCSP response stapled to it: the calls into
 * {@code SSL_CREDENTIAL} and nothing else. Any thread.
 */
final class NativeCredential {
    private final long chain;
    private final long key;
    private final int @Nullable [] signatures;
    private long credential; // guarded by this

    private NativeCredential(long chain, long key, int @Nullable [] signatures) throws Exception {
        this.chain = chain;
        this.key = key;
        this.signatures = signatures;
        this.credential = make(null);
    }

    /**
     * Takes the material over into BoringSSL.
     *
     * @param signatures codes of the algorithms the key may sign with; null for all that suit it
     * @throws Exception if BoringSSL refuses it; nothing is left behind
     */
    static NativeCredential of(KeyMaterial material, int @Nullable [] signatures) throws Exception {
        long chain = chain(material);
        long key = 0;
        try {
            key = NativeBio.with(material.keyPem(), bio -> SSL.parsePrivateKey(bio, ""));
            return new NativeCredential(chain, key, signatures);
        } catch (Exception e) {
            free(chain, key);
            throw e;
        }
    }

    /** The certificates in BoringSSL, to be freed by {@link #freeChain}. */
    static long chain(KeyMaterial material) throws Exception {
        return NativeBio.with(material.chainPem(), SSL::parseX509Chain);
    }

    static void freeChain(long chain) {
        SSL.freeX509Chain(chain);
    }

    private long make(byte @Nullable [] ocspResponse) throws Exception {
        // SSLContext.setCertificateBio is "Not supported using BoringSSL"; credentials are its way.
        long made = SSLCredential.newX509();
        try {
            SSLCredential.setCertChain(made, chain);
            SSLCredential.setPrivateKey(made, key);
            if (signatures != null) {
                SSLCredential.setSigningAlgorithmPrefs(made, signatures);
            }
            if (ocspResponse != null) {
                SSLCredential.setOcspResponse(made, ocspResponse);
            }
            return made;
        } catch (Exception e) {
            SSLCredential.free(made);
            throw e;
        }
    }

    /** Lets a connection show it, after those added before. */
    synchronized void addTo(long ssl) throws Exception {
        SSL.addCredential(ssl, credential); // which retains it
    }

    /**
     * Staples a response, or for null none, in connections to come: a credential that is in use must not be changed, so another
     * takes its place.
     */
    void staple(byte @Nullable [] ocspResponse) throws Exception {
        long made = make(ocspResponse);
        long replaced;
        synchronized (this) {
            replaced = credential;
            credential = made;
        }
        SSLCredential.free(replaced);
    }

    synchronized void free() {
        try {
            SSLCredential.free(credential);
        } catch (Exception e) {
            throw new IllegalStateException(e); // declared for engines without credentials
        }
        free(chain, key);
    }

    private static void free(long chain, long key) {
        if (key != 0) {
            SSL.freePrivateKey(key);
        }
        SSL.freeX509Chain(chain);
    }
}
