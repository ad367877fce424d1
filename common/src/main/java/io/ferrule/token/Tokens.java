package io.ferrule.token;

import io.ferrule.config.Secret;
import io.ferrule.config.TokenUri;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds keys and certificates in tokens by their URIs. Blocks as long as a token does: not on an event loop. */
public final class Tokens {
    private static final long CERTIFICATE = 1; // CKO_CERTIFICATE
    private static final long PRIVATE_KEY = 3; // CKO_PRIVATE_KEY

    /**
     * Static, since a module has one state for the whole process, and who has opened a token has opened it for all (PKCS #11
     * v2.40, §5.6 and §11.6): several of these would count wrong PINs, and close sessions, each on its own.
     */
    private static final Map<Path, Map<TokenInfo, Token>> OPEN = new ConcurrentHashMap<>();

    private static final Map<Path, Cryptoki> MODULES = new ConcurrentHashMap<>();

    private Tokens() {}

    /**
     * The one private key that is meant. It has signed once when this returns, so that what hinders it is known.
     *
     * @param uri with its module, and the PIN if it has one
     * @throws TokenException if there is none, or several, or it cannot sign
     */
    public static TokenKey key(TokenUri uri) throws TokenException {
        Token token = token(uri);
        TokenKey key = new TokenKey(token, uri, foundKey(token, uri));
        key.signOnce();
        return key;
    }

    private static TokenKey.Found foundKey(Token token, TokenUri uri) throws TokenException {
        return token.within(uri.pin().value(), session -> foundKey(token, session, uri));
    }

    static TokenKey.Found foundKey(Token token, long session, TokenUri uri) throws CryptokiException, TokenException {
        Cryptoki cryptoki = token.cryptoki();
        long generation = token.generation();
        List<Long> found = cryptoki.find(session, template(PRIVATE_KEY, uri));
        if (found.size() != 1) {
            throw new TokenException(
                    found.isEmpty()
                            ? "there is no private key" + meant(uri) + " in " + token + pinRemedy(uri, token)
                            : "there are " + found.size() + " private keys" + meant(uri) + " in " + token
                                    + ": say which by id= or object=");
        }
        long object = found.get(0);
        byte[] type = cryptoki.attribute(session, object, Attribute.KEY_TYPE);
        return new TokenKey.Found(
                object,
                type.length == Long.BYTES ? Foreign.memory(type).getLong(0) : -1,
                new BigInteger(1, cryptoki.attribute(session, object, Attribute.MODULUS)),
                isTrue(cryptoki.attribute(session, object, Attribute.ALWAYS_AUTHENTICATE)),
                generation);
    }

    private static boolean isTrue(byte[] value) {
        return value.length == 1 && value[0] != 0;
    }

    /**
     * The certificates that are meant, at least one.
     *
     * @param uri with its module, and the PIN if it has one
     * @throws TokenException if there is none
     */
    public static List<X509Certificate> certificates(TokenUri uri) throws TokenException {
        Token token = token(uri);
        List<byte[]> found = token.within(uri.pin().value(), session -> {
            List<byte[]> values = new ArrayList<>();
            for (long object : token.cryptoki().find(session, template(CERTIFICATE, uri))) {
                values.add(token.cryptoki().attribute(session, object, Attribute.VALUE));
            }
            return values;
        });
        if (found.isEmpty()) {
            throw new TokenException("there is no certificate" + meant(uri) + " in " + token + pinRemedy(uri, token));
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] der : found) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException e) {
            throw new TokenException("a certificate" + meant(uri) + " in " + token + " cannot be read");
        }
        return certificates;
    }

    private static Token token(TokenUri uri) throws TokenException {
        Path module = uri.place().module();
        if (module == null) {
            throw new TokenException("the PKCS#11 module is not said: add ?module-path=/PATH/OF/MODULE.so");
        }
        Cryptoki cryptoki = MODULES.get(module);
        if (cryptoki == null) {
            cryptoki = Cryptoki.load(module);
            MODULES.put(module, cryptoki);
        }
        TokenInfo info = info(uri, cryptoki, module);
        Cryptoki loaded = cryptoki;
        return OPEN.computeIfAbsent(module, any -> new ConcurrentHashMap<>())
                .computeIfAbsent(info, any -> new Token(loaded, info));
    }

    private static TokenInfo info(TokenUri uri, Cryptoki cryptoki, Path module) throws TokenException {
        List<TokenInfo> all = new ArrayList<>();
        try {
            for (long slot : cryptoki.slots()) {
                TokenInfo info = cryptoki.token(slot);
                if (info.isInitialized()) {
                    all.add(info);
                }
            }
        } catch (CryptokiException e) {
            throw new TokenException("the tokens of " + module + " cannot be listed: " + e.getMessage());
        }
        List<TokenInfo> found =
                all.stream().filter(each -> each.isAt(uri.place())).toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        String there = all.isEmpty()
                ? "none at all"
                : all.stream()
                        .map(each -> each.label() + " (slot-id=" + each.slot() + ")")
                        .collect(Collectors.joining(", "));
        throw new TokenException(
                found.isEmpty()
                        ? "there is no such token behind " + module + "; there is " + there
                        : "several tokens are meant, say which by token= or slot-id=: " + there);
    }

    private static List<Attribute> template(long kind, TokenUri uri) {
        List<Attribute> template = new ArrayList<>();
        template.add(Attribute.of(Attribute.CLASS, kind));
        String label = uri.object();
        if (label != null) {
            template.add(Attribute.of(Attribute.LABEL, label.getBytes(StandardCharsets.UTF_8)));
        }
        String id = uri.id();
        if (id != null) {
            template.add(Attribute.of(Attribute.ID, HexFormat.of().parseHex(id)));
        }
        return template;
    }

    private static String meant(TokenUri uri) {
        return (uri.object() == null ? "" : " object=" + uri.object()) + (uri.id() == null ? "" : " id=" + uri.id());
    }

    private static String pinRemedy(TokenUri uri, Token token) {
        @Nullable Secret pin = uri.pin().value();
        return pin == null && token.info().needsLogin() && !token.info().ownPinPad()
                ? "; what it shows only after a PIN cannot be seen: give the PIN"
                : "";
    }
}
