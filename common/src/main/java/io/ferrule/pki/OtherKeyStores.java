package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/**
 * PKCS#12 files that the Java runtime does not read, such as those whose password is not ASCII. It stands apart so that Bouncy
 * Castle is loaded for them only.
 */
final class OtherKeyStores {
    private OtherKeyStores() {}

    /** What the store holds; null if it cannot be read in this way either. */
    static @Nullable KeyFileContent read(String name, byte[] bytes, char[] password) throws OperatorException {
        try {
            return KeyStores.content(name, KeyStore.getInstance("PKCS12", new BouncyCastleProvider()), bytes, password);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return null;
        }
    }
}
