package io.ferrule.testing;

import io.ferrule.config.Pin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * A certificate with its key as one value.
 *
 * @param chain its own certificate first
 */
public record Identity(KeyPair keys, List<X509Certificate> chain) {
    /** Where an identity was written. */
    public record PemFiles(Path certificate, Path key) {}

    public Identity {
        chain = List.copyOf(chain);
    }

    /** A self-signed P-256 certificate for 127.0.0.1 and localhost, valid now. */
    public static Identity selfSigned(String commonName) {
        return CertificateMaker.named(commonName).selfSigned();
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** {@code sha256/BASE64} of its key. */
    public String pin() {
        return Pin.of(certificate()).toString();
    }

    /** The whole chain in PEM. */
    public String certificatePem() {
        return chain.stream().map(Identity::pem).collect(Collectors.joining());
    }

    /** The key in PEM, PKCS#8. */
    public String keyPem() {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** Writes {@code NAME.crt}, and {@code NAME.key} that only its owner can read. */
    public PemFiles writeTo(Path directory, String name) {
        try {
            Path certificate = directory.resolve(name + ".crt");
            Path key = directory.resolve(name + ".key");
            Files.writeString(certificate, certificatePem());
            Files.deleteIfExists(key);
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key, keyPem());
            return new PemFiles(certificate, key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JDK context that shows this identity and believes every peer. */
    public SSLContext context() {
        return context(List.of(this));
    }

    /** A JDK context that shows nothing and believes every peer. */
    public static SSLContext anonymousContext() {
        return context(List.of());
    }

    private static SSLContext context(List<Identity> shown) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Identity identity : shown) {
                store.setKeyEntry(
                        "identity",
                        identity.keys.getPrivate(),
                        new char[0],
                        identity.chain.toArray(X509Certificate[]::new));
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

    private static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
