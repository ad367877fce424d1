package io.ferrule.pki;

import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.Secret;
import io.ferrule.config.TokenUri;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads all sources into one {@link KeyPool}. What a file is shows in its first bytes, whatever its name. */
final class KeySourceReader {
    private static final List<String> ENDINGS =
            List.of(".pem", ".crt", ".cer", ".key", ".p12", ".pfx", ".jks", ".jceks");

    private final KeySources sources;
    private final List<Problem> problems = new ArrayList<>();
    private final KeyPool pool = new KeyPool();

    private KeySourceReader(KeySources sources) {
        this.sources = sources;
    }

    static List<KeyMaterial> load(KeySources sources) throws OperatorException {
        KeySourceReader reader = new KeySourceReader(sources);
        reader.readAll();
        if (!reader.problems.isEmpty()) {
            throw new OperatorException(reader.problems.stream().distinct().toList());
        }
        return reader.pool.join();
    }

    private void readAll() {
        sources.certificates().forEach(path -> read(path, true));
        sources.keys().forEach(path -> read(path, false));
        sources.pem().forEach(this::readText);
        sources.tokens().certificates().forEach(uri -> readToken(uri, TokenReader::certificates));
        if (problems.isEmpty() || sources.tokens().certificates().isEmpty()) { // else it would be said twice
            sources.tokens().keys().forEach(uri -> readToken(uri, TokenReader::key));
        }
        if (problems.isEmpty() && !pool.hasKey()) {
            problems.add(new Problem(
                    everything(), "has no private key" + (sources.keys().isEmpty() ? "; give it as key" : "")));
        }
        if (problems.isEmpty() && !pool.hasCertificate()) {
            problems.add(new Problem(everything(), "has no certificate"));
        }
    }

    private void read(Path path, boolean asCertificate) {
        try {
            if (Files.isDirectory(path)) {
                for (Path file : files(path)) {
                    read(file);
                }
                return;
            }
            KeyFileContent content = read(path);
            if (content != null && asCertificate && content.certificates().isEmpty()) {
                problems.add(new Problem(
                        path.toString(),
                        content.keys().isEmpty() ? "has no certificate" : "has no certificate, only a private key"));
            } else if (content != null && !asCertificate && content.keys().isEmpty()) {
                problems.add(new Problem(path.toString(), "has no private key"));
            }
        } catch (OperatorException e) {
            problems.addAll(e.problems());
        }
    }

    /** Reads one file into the pool; null after a problem. */
    private @Nullable KeyFileContent read(Path path) {
        KeyFileContent content = null;
        boolean holdsKey = false;
        try {
            byte[] bytes = FileBytes.read(path, "file with certificates or keys");
            holdsKey = KeyFileFormat.of(bytes).mayHoldKey(bytes);
            content = content(path, bytes);
            holdsKey = content.holdsKey();
            pool.add(path.toString(), content);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
        }
        if (holdsKey && !sources.exposed()) {
            checkAccess(path);
        }
        return content;
    }

    private void checkAccess(Path path) {
        try {
            KeyFileAccess.check(path);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
        }
    }

    private void readText(Secret text) {
        String option = KeySources.optionOf(text);
        try {
            pool.add(option, content(PemFile.ofText(option, text.reveal())));
        } catch (OperatorException e) {
            problems.addAll(e.problems());
        }
    }

    private interface FromToken {
        KeyFileContent read(TokenUri uri, KeySources sources) throws OperatorException;
    }

    private void readToken(TokenUri uri, FromToken from) {
        try {
            pool.add(uri.toString(), from.read(uri, sources));
        } catch (OperatorException e) {
            problems.addAll(e.problems());
        }
    }

    private KeyFileContent content(Path path, byte[] bytes) throws OperatorException {
        String name = path.toString();
        KeyFileFormat format = KeyFileFormat.of(bytes);
        return switch (format) {
            case PEM -> content(PemFile.of(path, bytes));
            case PKCS12, JKS, JCEKS -> KeyStores.read(name, format.name(), bytes, sources.password());
            case CERTIFICATE -> new KeyFileContent(List.of(PemCertificates.decode(name, bytes)), List.of(), false);
            case DER ->
                throw new OperatorException(
                        name,
                        "is binary, but neither a certificate nor a key store; if it is a key write it as PEM with"
                                + " \"(umask 077; openssl pkey -inform der -in " + path + " -out FILE.key)\"");
            case UNKNOWN ->
                throw new OperatorException(
                        name,
                        "holds neither certificates nor keys: it is no PEM file, and no PKCS#12, JKS or JCEKS key store");
        };
    }

    private KeyFileContent content(PemFile file) throws OperatorException {
        List<X509Certificate> certificates = PemCertificates.in(file);
        List<PrivateKey> keys = PrivateKeys.in(file, sources.password());
        return new KeyFileContent(certificates, keys, !keys.isEmpty());
    }

    /** Kubernetes' {@code ..data} and whatever else is hidden is left out; links are followed. */
    private static List<Path> files(Path directory) throws OperatorException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path each : all) {
                String name = String.valueOf(each.getFileName()).toLowerCase(Locale.ROOT);
                if (!name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(each)) {
                    files.add(each);
                }
            }
        } catch (IOException e) {
            throw new OperatorException(
                    directory.toString(), "this directory cannot be read: " + NewKeyFiles.reason(e));
        }
        if (files.isEmpty()) {
            throw new OperatorException(
                    directory.toString(), "no file in this directory ends with " + String.join(", ", ENDINGS));
        }
        Collections.sort(files);
        return files;
    }

    private String everything() {
        Set<String> all = new LinkedHashSet<>();
        sources.certificates().forEach(path -> all.add(path.toString()));
        sources.keys().forEach(path -> all.add(path.toString()));
        sources.tokens().certificates().forEach(uri -> all.add(uri.toString()));
        sources.tokens().keys().forEach(uri -> all.add(uri.toString()));
        sources.pem().forEach(text -> all.add(KeySources.optionOf(text)));
        return String.join(", ", all);
    }
}
