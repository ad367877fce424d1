package io.ferrule.psk;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
import org.jspecify.annotations.Nullable;

/** ChaCha20-Poly1305 of the Java runtime (RFC 8439), where Bouncy Castle's TLS looks for its own provider's only. */
final class ChaCha20 implements TlsAEADCipherImpl {
    private static final int TAG_BYTES = 16;

    private final Cipher cipher;
    private final int mode;
    private @Nullable Key key;

    ChaCha20(boolean encrypts) throws GeneralSecurityException {
        cipher = Cipher.getInstance("ChaCha20-Poly1305");
        mode = encrypts ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
    }

    @Override
    public void setKey(byte[] bytes, int offset, int length) {
        key = new SecretKeySpec(bytes, offset, length, "ChaCha20");
    }

    @Override
    public void init(byte[] nonce, int macBytes) throws IOException {
        try {
            cipher.init(mode, key, new IvParameterSpec(nonce));
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    @Override
    public int getOutputSize(int inputLength) {
        return mode == Cipher.ENCRYPT_MODE ? inputLength + TAG_BYTES : inputLength - TAG_BYTES;
    }

    @Override
    public int doFinal(byte[] additional, byte[] input, int from, int length, byte[] output, int to)
            throws IOException {
        try {
            cipher.updateAAD(additional);
            return cipher.doFinal(input, from, length, output, to);
        } catch (GeneralSecurityException e) {
            short alert =
                    mode == Cipher.DECRYPT_MODE ? AlertDescription.bad_record_mac : AlertDescription.internal_error;
            throw new TlsFatalAlert(alert, e);
        }
    }
}
