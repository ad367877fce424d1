package io.ferrule.stunnel;

import io.ferrule.config.TokenUri;
import io.ferrule.stunnel.StunnelConfig.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Certificates to verify peers by that are named by {@code CAengine} and {@code CAstore}, and not as a file. */
final class StoredCertificates {
    private static final String FAILED = "Failed to initialize TLS context";

    private StoredCertificates() {}

    /**
     * Those in tokens.
     *
     * @throws Refusal if one cannot be found there by what it says
     */
    static List<TokenUri> inTokens(StunnelService service) throws Refusal {
        List<String> names = new ArrayList<>(service.peer().caEngine());
        String store = service.peer().caStore();
        if (store != null && TokenUri.isOne(store)) {
            names.add(store);
        }
        List<TokenUri> found = new ArrayList<>();
        for (String name : names) {
            Engine engine = service.identity().engine();
            TokenUri uri = engine == null ? null : SectionKeys.uri(engine, name);
            if (engine == null || uri == null) {
                throw new Refusal(
                        FAILED,
                        engine == null
                                ? "CAengine and CAstore name an object in a token, and no engine or provider is there to"
                                        + " reach it: write engine = pkcs11 before the first section, and engineId ="
                                        + " pkcs11 in this one"
                                : "CAengine = " + name + " is no name of an object in a token: write a pkcs11: URI, or"
                                        + " id_ and the id in hexadecimal");
            }
            found.add(uri.pin().source() == null && uri.pin().value() == null ? uri.opened(engine.pin()) : uri);
        }
        return found;
    }

    /**
     * The file or directory of {@code CAstore}; null if it names none.
     *
     * @throws Refusal if it is a store of another kind
     */
    static @Nullable Path file(StunnelService service) throws Refusal {
        String store = service.peer().caStore();
        if (store == null || TokenUri.isOne(store)) {
            return null;
        }
        String lower = store.toLowerCase(Locale.ROOT);
        if (lower.startsWith("file:")) {
            String path = store.substring("file:".length());
            return Words.file(path.startsWith("///") ? path.substring(2) : path);
        }
        if (lower.matches("[a-z][a-z0-9+.-]+:.*")) {
            throw new Refusal(FAILED, "CAstore = " + store + " is neither a file nor in a PKCS#11 token");
        }
        return Words.file(store);
    }
}
