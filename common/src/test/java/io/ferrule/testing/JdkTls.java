package io.ferrule.testing;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Contexts of the JDK's own TLS for peers of a test; they believe everybody. */
public final class JdkTls {
    private JdkTls() {}

    /** Shows nothing. */
    public static SSLContext anonymous() {
        return context(List.of());
    }

    /** Shows the first of these certificates, with its chain, whose authority is asked for; any if none is. */
    public static SSLContext showing(TestCertificate... certificates) {
        return context(List.of(certificates));
    }

    private static SSLContext context(List<TestCertificate> shown) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (TestCertificate certificate : shown) {
                String alias = "shown" + store.size();
                X509Certificate[] chain = certificate.chain().toArray(X509Certificate[]::new);
                store.setKeyEntry(alias, certificate.key(), new char[0], chain);
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), new TrustManager[] {new BelievesEverything()}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK cannot make a TLS context", e);
        }
    }
}
