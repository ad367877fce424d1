package io.ferrule.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
        List<Place> certificatePlaces = values.list("certificate", text -> Place.of(text, "cert"));
        List<Place> keyPlaces = values.list("key", text -> Place.of(text, "private"));
        List<Path> certificates = files(certificatePlaces);
        List<Path> keys = new ArrayList<>(files(keyPlaces));
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
        KeySources.Tokens tokens = tokens(certificatePlaces, keyPlaces, keys.isEmpty() && keyPem == null);
        return certificates.isEmpty() && pem.isEmpty() && tokens.certificates().isEmpty()
                ? null
                : new KeySources(certificates, keys, pem, password, false, tokens);
    }

    /** One value: a file, or what is in a token. */
    private record Place(@Nullable Path file, @Nullable TokenUri uri) {
        static Place of(String text, String type) {
            return TokenUri.isOne(text) ? new Place(null, checked(text, type)) : new Place(Values.absolute(text), null);
        }
    }

    private static List<Path> files(List<Place> places) {
        return places.stream().flatMap(place -> Stream.ofNullable(place.file)).toList();
    }

    private static List<TokenUri> uris(List<Place> places) {
        return places.stream().flatMap(place -> Stream.ofNullable(place.uri)).toList();
    }

    /** As with files, a certificate's URI is its key's too where no key is named. */
    private static KeySources.Tokens tokens(List<Place> certificatePlaces, List<Place> keyPlaces, boolean noOtherKey) {
        List<TokenUri> certificates = uris(certificatePlaces);
        List<TokenUri> keys = uris(keyPlaces);
        if (keys.isEmpty() && noOtherKey) {
            keys = certificates.stream().map(TokenUri::ofKey).toList();
        }
        return new KeySources.Tokens(certificates, keys);
    }

    private static TokenUri checked(String text, String type) {
        TokenUri uri = TokenUri.parse(text);
        if (uri.pin().value() != null) {
            throw new IllegalArgumentException("a PIN in it would be seen wherever this is: give it as key-password, or"
                    + " say pin-source=file:/PATH");
        }
        if (uri.place().module() == null) {
            throw new IllegalArgumentException("it does not say through which PKCS#11 module the token is reached: add"
                    + " ?module-path=/PATH/OF/MODULE.so");
        }
        if (uri.type() != null && !uri.type().equals(type)) {
            throw new IllegalArgumentException("type=" + uri.type() + " is not what is needed here: type=" + type);
        }
        return uri;
    }

    private void useless(String name) {
        values.problem(
                name,
                (name.equals("key-password") ? "a password" : "a key")
                        + " has no effect without its certificate: give certificate too, or remove it");
    }
}
