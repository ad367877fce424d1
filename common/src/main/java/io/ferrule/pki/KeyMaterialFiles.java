package io.ferrule.pki;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Problem;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Joins what two files say into one {@link KeyMaterial}. */
final class KeyMaterialFiles {
    private KeyMaterialFiles() {}

    static KeyMaterial load(KeyFiles files) throws OperatorException {
        List<Problem> problems = new ArrayList<>();
        List<X509Certificate> certificates = readOr(problems, () -> PemCertificates.read(files.certificate()));
        List<PrivateKey> keys = readOr(problems, () -> {
            PemFile file = PemFile.read(files.key());
            List<PrivateKey> found = PrivateKeys.of(file);
            KeyFileAccess.check(files.key());
            return found;
        });
        if (certificates == null || keys == null) {
            throw new OperatorException(problems.stream().distinct().toList());
        }
        for (PrivateKey key : keys) {
            for (X509Certificate certificate : certificates) {
                if (PrivateKeys.fits(key, certificate.getPublicKey())) {
                    return new KeyMaterial(ordered(certificate, certificates), key);
                }
            }
        }
        throw new OperatorException(files.key().toString(), unfit(files, certificates, keys));
    }

    private static <T> @Nullable T readOr(List<Problem> problems, Callable<T> reading) {
        try {
            return reading.call();
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return null;
        } catch (Exception e) {
            throw new IllegalStateException("reading throws nothing else", e);
        }
    }

    private static String unfit(KeyFiles files, List<X509Certificate> certificates, List<PrivateKey> keys) {
        String keyPins = keys.stream().map(KeyMaterialFiles::pin).collect(Collectors.joining(", "));
        String certificatePins = certificates.stream()
                .map(c -> c.getSubjectX500Principal() + " " + Pin.of(c))
                .collect(Collectors.joining(", "));
        return "does not fit the certificate " + files.certificate() + ": the key's pin is "
                + keyPins + ", the certificate's " + certificatePins
                + "; name the key that the certificate was made with";
    }

    private static String pin(PrivateKey key) {
        try {
            return Pin.of(OlderKeyFormats.publicKeyOf(key)).toString();
        } catch (RuntimeException e) {
            return "unknown (the key is damaged)"; // its numbers may lie outside the curve
        }
    }

    /** Leaf, its issuer, that one's issuer and so on; certificates outside this line keep their order behind it. */
    private static List<X509Certificate> ordered(X509Certificate leaf, List<X509Certificate> certificates) {
        List<X509Certificate> rest = new ArrayList<>(certificates);
        List<X509Certificate> chain = new ArrayList<>();
        X509Certificate next = leaf;
        while (next != null) {
            X509Certificate last = next;
            chain.add(last);
            rest.removeIf(last::equals);
            next = rest.stream().filter(c -> issued(c, last)).findFirst().orElse(null);
        }
        chain.addAll(rest);
        return chain;
    }

    private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // an authority of the same name with another key
        }
    }
}
