package io.ferrule.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads where a leg's own certificates and keys come from. */
final class KeysReader {
    private static final List<String> ATTRIBUTES = List.of("key", "key-pem", "key-password");

    private final Values values;

    KeysReader(Values values) {
        this.values = values;
    }

    /** The sources; null if none is named, or after a problem. */
    @Nullable
    KeySources read() {
        List<Path> certificates = values.paths("certificate");
        List<Path> keys = new ArrayList<>(values.paths("key"));
        keys.removeAll(certificates);
        String certificatePem = values.pem("certificate-pem");
        String keyPem = values.pem("key-pem");
        Secret password = values.secret("key-password");
        List<Secret> pem = new ArrayList<>();
        if (certificatePem != null && KeySources.isPrivate(certificatePem)) {
            values.problem("certificate-pem", "it holds a private key: give that as key-pem, which is kept secret");
        } else if (certificatePem != null) {
            pem.add(new Secret(certificatePem));
        }
        if (keyPem != null && !KeySources.isPrivate(keyPem)) {
            values.problem("key-pem", "it holds no private key; a certificate alone is certificate-pem");
        } else if (keyPem != null) {
            pem.add(new Secret(keyPem));
        }
        boolean isWhole = keyPem != null && keyPem.contains("CERTIFICATE-----");
        if (!values.has("certificate") && !values.has("certificate-pem") && !isWhole) {
            ATTRIBUTES.stream().filter(values::has).forEach(this::useless);
            return null;
        }
        return certificates.isEmpty() && pem.isEmpty() ? null : new KeySources(certificates, keys, pem, password);
    }

    private void useless(String name) {
        values.problem(
                name,
                (name.equals("key-password") ? "a password" : "a key")
                        + " has no effect without its certificate: give certificate too, or remove it");
    }
}
