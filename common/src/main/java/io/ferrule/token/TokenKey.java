package io.ferrule.token;

import io.ferrule.config.Secret;
import io.ferrule.config.TokenUri;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A private key that stays in its token, RSA or ECDSA. Two are equal if they are the same key by its signatures and are named alike.
 * Any thread.
 */
public final class TokenKey implements PrivateKey {
    private static final long serialVersionUID = 1L;
    private static final long RSA = 0; // CKK_RSA
    private static final long EC = 3; // CKK_EC
    private static final long CONTEXT_SPECIFIC = 2; // CKU_CONTEXT_SPECIFIC
    private static final byte[] TRIAL = "whose key is this?".getBytes(StandardCharsets.US_ASCII);

    private final transient Token token;
    private final transient TokenUri uri;
    private transient volatile Found found;
    private transient volatile boolean rawRsa; // it does not know PSS
    private transient byte[] trial = new byte[0]; // the signature of TRIAL
    private transient volatile @Nullable PublicKey publicKey; // once a certificate fitted

    /**
     * The object in the token.
     *
     * @param modulus of RSA; zero if it is not told
     * @param wantsPinEachTime each signature needs the PIN
     * @param generation as long as the token has this number
     */
    record Found(long object, long type, BigInteger modulus, boolean wantsPinEachTime, long generation) {}

    TokenKey(Token token, TokenUri uri, Found found) {
        this.token = token;
        this.uri = uri;
        this.found = found;
    }

    /** Makes sure that it can sign. */
    void signOnce() throws TokenException {
        if (found.type != RSA && found.type != EC) {
            throw new TokenException("the key in " + token + " is neither RSA nor ECDSA, and no other signs here");
        }
        trial = sign(trialScheme(), TRIAL);
        if (found.type == RSA) {
            sign(SignatureScheme.RSA_PSS_RSAE_SHA256, TRIAL); // TLS 1.3 has no other
        }
    }

    private SignatureScheme trialScheme() {
        return found.type == RSA ? SignatureScheme.RSA_PKCS1_SHA256 : SignatureScheme.ECDSA_SECP256R1_SHA256;
    }

    /** True if it is the private part of this key, by a signature that it has made. */
    public boolean fits(PublicKey other) {
        boolean sameKind = found.type == RSA ? other instanceof RSAPublicKey : other instanceof ECPublicKey;
        boolean fits = sameKind && trialScheme().verifies(other, TRIAL, trial);
        if (fits) {
            publicKey = other;
        }
        return fits;
    }

    /**
     * Signs, on a thread of the token's.
     *
     * @return the signature as TLS has it; fails with {@link TokenException}
     */
    public CompletionStage<byte[]> signLater(SignatureScheme scheme, byte[] message) {
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        try {
            token.signers().execute(() -> {
                try {
                    done.complete(sign(scheme, message));
                } catch (TokenException | RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new TokenException(token + " is too slow: too many handshakes wait for it"));
        }
        return done;
    }

    private byte[] sign(SignatureScheme scheme, byte[] message) throws TokenException {
        if (scheme.isEcdsa() != (found.type == EC)) {
            throw new TokenException("the key in " + token + " is not of the kind that signs " + scheme);
        }
        Secret pin = uri.pin().value();
        long before = found.generation;
        byte[] signature = token.within(pin, session -> {
            Found now = token.generation() == found.generation ? found : foundAnew(session);
            return signed(session, now, scheme, message);
        });
        PublicKey certified = publicKey;
        if (before != found.generation && certified != null && !scheme.verifies(certified, message, signature)) {
            throw new TokenException(
                    "the key in " + token + " is not the one of the certificate any more: give its certificate");
        }
        return signature;
    }

    /** Of the same session, since it may be the only one that the token has. */
    private Found foundAnew(long session) throws CryptokiException, TokenException {
        Found anew = Tokens.foundKey(token, session, uri);
        found = anew;
        return anew;
    }

    private byte[] signed(long session, Found now, SignatureScheme scheme, byte[] message) throws CryptokiException {
        if (scheme.isEcdsa()) {
            return SignatureScheme.ecdsa(signed(session, now, Mechanism.ECDSA, scheme.digest(message)));
        }
        if (!scheme.isPss()) {
            return signed(session, now, Mechanism.RSA_PKCS1, scheme.digestInfo(message));
        }
        if (!rawRsa) {
            try {
                return signed(session, now, Mechanism.pss(scheme), scheme.digest(message));
            } catch (CryptokiException e) {
                boolean unknown = e.is(CryptokiException.MECHANISM_INVALID) || e.is(0x71); // or its parameter
                if (!unknown || now.modulus.signum() == 0) {
                    throw e;
                }
                rawRsa = true;
            }
        }
        int bits = now.modulus.bitLength();
        return signed(session, now, Mechanism.RSA_RAW, PssEncoding.of(scheme, message, bits));
    }

    private byte[] signed(long session, Found now, Mechanism mechanism, byte[] input) throws CryptokiException {
        Cryptoki cryptoki = token.cryptoki();
        cryptoki.signBegin(session, mechanism, now.object);
        Secret pin = uri.pin().value();
        if (now.wantsPinEachTime && pin != null) {
            cryptoki.login(session, CONTEXT_SPECIFIC, Token.bytes(pin));
        }
        return cryptoki.sign(session, input);
    }

    @Override
    public String getAlgorithm() {
        return found.type == RSA ? "RSA" : "EC";
    }

    /** Null: it has none outside of its token. */
    @Override
    public @Nullable String getFormat() {
        return null;
    }

    /** Null, see {@link #getFormat}. */
    @Override
    public byte @Nullable [] getEncoded() {
        return null;
    }

    /** A key made anew under the old name is another one, which is how a reload takes it up. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TokenKey key
                && token == key.token
                && uri.equals(key.uri)
                && found.object == key.found.object
                && found.modulus.equals(key.found.modulus)
                && isSamePublic(key);
    }

    private boolean isSamePublic(TokenKey key) {
        PublicKey mine = publicKey;
        return mine != null && mine.equals(key.publicKey);
    }

    @Override
    public int hashCode() {
        return uri.hashCode();
    }

    /** Which one; never more. */
    @Override
    public String toString() {
        return "TokenKey[" + uri + "]";
    }

    /** The PIN of its token's URI has no place in a stream. */
    private Object writeReplace() {
        throw new UnsupportedOperationException("a key in a token is not serialized");
    }
}
