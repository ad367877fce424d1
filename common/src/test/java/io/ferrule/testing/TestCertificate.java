package io.ferrule.testing;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.Pin;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.util.List;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A certificate made for a test, with its key and the certificates above it, in every spelling that a file can have.
 *
 * @param chain leaf first, without the root
 */
public record TestCertificate(List<X509Certificate> chain, PrivateKey key) {
    public TestCertificate {
        chain = List.copyOf(chain);
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    public Pin pin() {
        return Pin.of(certificate());
    }

    /** The leaf and what stands above it, as PEM. */
    public String chainPem() {
        StringBuilder pem = new StringBuilder();
        chain.forEach(c -> pem.append(pem(c)));
        return pem.toString();
    }

    /** {@code BEGIN PRIVATE KEY}. */
    public String pkcs8Pem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** {@code BEGIN RSA PRIVATE KEY} (PKCS#1) or {@code BEGIN EC PRIVATE KEY} (SEC1), by the key's kind. */
    public String olderPem() {
        try {
            PrivateKeyInfo pkcs8 = PrivateKeyInfo.getInstance(key.getEncoded());
            return switch (key.getAlgorithm()) {
                case "RSA" ->
                    pem(
                            "RSA PRIVATE KEY",
                            pkcs8.parsePrivateKey().toASN1Primitive().getEncoded());
                case "EC" -> pem("EC PRIVATE KEY", sec1(pkcs8));
                default -> throw new IllegalStateException(key.getAlgorithm() + " has no older format");
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As OpenSSL writes it, curve and public key included; the Java runtime's own inner structure has neither. */
    private byte[] sec1(PrivateKeyInfo pkcs8) throws IOException {
        ASN1BitString point = SubjectPublicKeyInfo.getInstance(
                        certificate().getPublicKey().getEncoded())
                .getPublicKeyData();
        return new ECPrivateKey(
                        ((ECKey) key).getParams().getOrder().bitLength(),
                        ECPrivateKey.getInstance(pkcs8.parsePrivateKey()).getKey(),
                        point,
                        pkcs8.getPrivateKeyAlgorithm().getParameters())
                .getEncoded();
    }

    /** Writes {@code NAME.crt} and {@code NAME.key} (PKCS#8, 0600). */
    public KeyFiles writeTo(Path directory, String name) {
        return new KeyFiles(
                write(directory.resolve(name + ".crt"), chainPem()),
                write(directory.resolve(name + ".key"), pkcs8Pem()));
    }

    /** Writes {@code tls.crt} and {@code tls.key} (PKCS#8, 0600). */
    public KeyFiles writeTo(Path directory) {
        return writeTo(directory, "tls");
    }

    /** Writes {@code NAME.pem} with key and chain joined (0600). */
    public KeyFiles writeJoinedTo(Path directory, String name) {
        Path file = write(directory.resolve(name + ".pem"), pkcs8Pem() + chainPem());
        return new KeyFiles(file, file);
    }

    /** Writes {@code NAME.crt} with the chain alone, as an operator would copy it to the other side. */
    public Path writeCertificateTo(Path directory, String name) {
        return write(directory.resolve(name + ".crt"), chainPem());
    }

    /** One certificate as PEM. */
    public static String pem(X509Certificate certificate) {
        return written(certificate);
    }

    /** Any block as PEM. */
    public static String pem(String type, byte[] der) {
        return written(new PemObject(type, der));
    }

    /** Writes a text to a file that only its owner can read. */
    public static Path write(Path path, String text) {
        try {
            Files.writeString(path, text);
            if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            }
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String written(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
