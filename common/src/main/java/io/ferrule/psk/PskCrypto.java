package io.ferrule.psk;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.jspecify.annotations.Nullable;

/** The Java runtime's ciphers, which use the processor's instructions for AES; shared by all connections on any thread. */
final class PskCrypto extends JcaTlsCrypto {
    PskCrypto() {
        super(new DefaultJcaJceHelper(), null, new SecureRandom(), new SecureRandom());
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryption, int mac) throws IOException {
        if (encryption != EncryptionAlgorithm.CHACHA20_POLY1305) {
            return super.createCipher(parameters, encryption, mac);
        }
        try {
            return new TlsAEADCipher(
                    parameters,
                    new ChaCha20(true),
                    new ChaCha20(false),
                    32,
                    16,
                    TlsAEADCipher.AEAD_CHACHA20_POLY1305,
                    null);
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    @Override
    protected @Nullable Boolean isSupportedEncryptionAlgorithm(int encryption) {
        return encryption == EncryptionAlgorithm.CHACHA20_POLY1305
                ? Boolean.TRUE
                : super.isSupportedEncryptionAlgorithm(encryption);
    }
}
