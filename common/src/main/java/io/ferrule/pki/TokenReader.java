package io.ferrule.pki;

import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.PrivateFile;
import io.ferrule.config.Secret;
import io.ferrule.config.TokenUri;
import io.ferrule.token.TokenException;
import io.ferrule.token.Tokens;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what is in tokens: certificates as they are, and keys that stay there. Blocks as long as a token does. */
public final class TokenReader {
    private static final int LONGEST_PIN_BYTES = 1024;

    private TokenReader() {}

    /**
     * The certificates that a URI means, at least one.
     *
     * @param pin if the URI does not say one; null for none
     * @throws OperatorException naming the URI, and never the PIN
     */
    public static List<X509Certificate> certificates(TokenUri uri, @Nullable Secret pin) throws OperatorException {
        try {
            return Tokens.certificates(opened(uri, pin, false));
        } catch (TokenException e) {
            throw new OperatorException(uri.toString(), e.sentence());
        }
    }

    static KeyFileContent certificates(TokenUri uri, KeySources sources) throws OperatorException {
        try {
            return new KeyFileContent(
                    Tokens.certificates(opened(uri, sources.password(), sources.exposed())), List.of(), false);
        } catch (TokenException e) {
            throw new OperatorException(uri.toString(), e.sentence());
        }
    }

    static KeyFileContent key(TokenUri uri, KeySources sources) throws OperatorException {
        try {
            return new KeyFileContent(
                    List.of(), List.of(Tokens.key(opened(uri, sources.password(), sources.exposed()))), false);
        } catch (TokenException e) {
            throw new OperatorException(uri.toString(), e.sentence());
        }
    }

    private static TokenUri opened(TokenUri uri, @Nullable Secret pin, boolean exposed) throws OperatorException {
        if (uri.pin().value() != null) {
            return uri;
        }
        Path source = uri.pin().source();
        return uri.opened(source == null ? pin : read(source, exposed));
    }

    private static Secret read(Path source, boolean exposed) throws OperatorException {
        byte[] bytes = FileBytes.read(source, "file with the PIN of a token");
        if (!exposed) {
            PrivateFile.check(source, "the PIN");
        }
        String pin = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
        if (bytes.length > LONGEST_PIN_BYTES || pin.isEmpty() || pin.contains("\n")) {
            throw new OperatorException(source.toString(), "does not hold a PIN alone, in one line");
        }
        return new Secret(pin);
    }
}
