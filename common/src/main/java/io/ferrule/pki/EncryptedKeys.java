package io.ferrule.pki;

import io.ferrule.config.Secret;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** Decrypts private keys. It stands apart so that Bouncy Castle is loaded for encrypted keys only. */
final class EncryptedKeys {
    private EncryptedKeys() {}

    /** {@code BEGIN ENCRYPTED PRIVATE KEY} (RFC 5958 §3), by PBES2, PBES1 or PKCS#12's own algorithms, as PKCS#8. */
    static byte[] pkcs8(byte[] der, Secret password) throws GeneralSecurityException {
        try {
            return new PKCS8EncryptedPrivateKeyInfo(der)
                    .decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                            .setProvider(new BouncyCastleProvider()) // of this call alone, not registered
                            .build(password.reveal().toCharArray()))
                    .getEncoded();
        } catch (IOException | PKCSException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /**
     * What a block with encryption headers holds, as OpenSSL's older commands write it.
     *
     * @param encryption the DEK-Info header: algorithm, comma, initialization vector in hexadecimal digits
     */
    static byte[] pem(String encryption, byte[] content, Secret password) throws GeneralSecurityException {
        int comma = encryption.indexOf(',');
        if (comma < 0) {
            throw new GeneralSecurityException("DEK-Info without a vector");
        }
        try {
            byte[] vector =
                    HexFormat.of().parseHex(encryption.substring(comma + 1).strip());
            return new BcPEMDecryptorProvider(password.reveal().toCharArray())
                    .get(encryption.substring(0, comma).strip())
                    .decrypt(content, vector);
        } catch (PEMException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
