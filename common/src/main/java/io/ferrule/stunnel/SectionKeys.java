package io.ferrule.stunnel;

import io.ferrule.config.KeySources;
import io.ferrule.config.Secret;
import io.ferrule.config.TokenUri;
import io.ferrule.stunnel.StunnelConfig.Engine;
import io.ferrule.stunnel.StunnelService.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a section's own certificate and key are: in files, or in the token of its engine or provider. */
final class SectionKeys {
    private static final String FAILED = "Failed to initialize TLS context";

    /** How engine_pkcs11 named objects before there were URIs. */
    private static final Pattern OLD = Pattern.compile("(?:slot_(\\d{1,18})(?:-|$))?(?:id_([0-9a-fA-F]+)|label_(.+))?");

    private SectionKeys() {}

    /** The sources; null if the section has none. */
    static @Nullable KeySources of(Identity identity) throws Refusal {
        String cert = identity.cert();
        if (cert == null) {
            return null;
        }
        String key = identity.key() == null ? cert : identity.key();
        TokenUri certUri = inToken(identity, cert);
        TokenUri keyUri = inToken(identity, key);
        Path certFile = Path.of(certUri == null ? cert : ".").toAbsolutePath();
        Path keyFile = Path.of(keyUri == null ? key : ".").toAbsolutePath();
        boolean ownFile = keyUri == null && (certUri != null || !keyFile.equals(certFile));
        return new KeySources(
                certUri == null ? List.of(certFile) : List.of(),
                ownFile ? List.of(keyFile) : List.of(),
                List.of(),
                pin(identity.engine(), certUri, keyUri),
                true,
                new KeySources.Tokens(
                        certUri == null ? List.of() : List.of(certUri),
                        keyUri == null ? List.of() : List.of(keyUri.ofKey())));
    }

    private static @Nullable Secret pin(@Nullable Engine engine, @Nullable TokenUri cert, @Nullable TokenUri key) {
        return engine == null || (cert == null && key == null) ? null : engine.pin();
    }

    /**
     * What a value names in a token; null if it is a file. As with stunnel a value that the engine does not know is a file.
     *
     * @throws Refusal if it is meant to be in a token, and cannot be found there by what it says
     */
    static @Nullable TokenUri inToken(Identity identity, String value) throws Refusal {
        Engine engine = identity.engine();
        if (engine == null || (!TokenUri.isOne(value) && (identity.isProvider() || Files.exists(Words.file(value))))) {
            return null;
        }
        return uri(engine, value);
    }

    /** True if a value names something in a token, where that can be understood. */
    static boolean isInToken(Identity identity, String value) {
        try {
            return inToken(identity, value) != null;
        } catch (Refusal e) {
            return false;
        }
    }

    /**
     * The object that a value names in the engine's token; null if it is no name of one.
     *
     * @throws Refusal if it is a URI that cannot be understood
     */
    static @Nullable TokenUri uri(Engine engine, String value) throws Refusal {
        try {
            TokenUri uri = TokenUri.isOne(value) ? TokenUri.parse(value) : old(value);
            if (uri == null) {
                return null;
            }
            Path module = engine.module();
            if (module == null && uri.place().module() == null) {
                throw new Refusal(
                        FAILED,
                        "which PKCS#11 module is meant is not said: write engineCtrl = MODULE_PATH:/PATH/OF/MODULE.so");
            }
            return module == null ? uri : uri.through(module.toAbsolutePath());
        } catch (IllegalArgumentException e) {
            throw new Refusal(FAILED, "the URI of an object in a token cannot be used: " + e.getMessage());
        }
    }

    private static @Nullable TokenUri old(String value) {
        Matcher matcher = OLD.matcher(value);
        if (value.isEmpty() || !matcher.matches()) {
            return null;
        }
        String slot = matcher.group(1);
        String id = matcher.group(2);
        return new TokenUri(
                new TokenUri.Place(null, null, null, null, null, slot == null ? null : Long.valueOf(slot)),
                matcher.group(3),
                id == null ? null : (id.length() % 2 == 0 ? id : "0" + id).toLowerCase(Locale.ROOT),
                null,
                TokenUri.Pin.NONE);
    }
}
