package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A directory of certificates as OpenSSL looks into it: files, or links to files, that are named by the hash of a subject, such as
 * {@code 1a2b3c4d.0} (openssl-rehash(1)). It would find no other file there, so none is trusted.
 */
public final class HashedCertificates {
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{8}\\.\\d{1,4}");
    private static final int MOST = 10_000;

    private HashedCertificates() {}

    /**
     * All certificates of a directory in the order of their names, each once; perhaps none. A link that leads nowhere is none.
     *
     * @throws OperatorException if it cannot be read, or one of the files cannot
     */
    public static List<X509Certificate> read(Path directory) throws OperatorException {
        List<X509Certificate> all = new ArrayList<>();
        for (Path file : files(directory)) {
            all.addAll(PemCertificates.read(file));
        }
        return all.stream().distinct().toList();
    }

    private static List<Path> files(Path directory) throws OperatorException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (NAME.matcher(entry.getFileName().toString()).matches() && Files.exists(entry)) {
                    files.add(entry);
                }
                if (files.size() > MOST) {
                    throw new OperatorException(
                            directory.toString(), "has more than " + MOST + " certificates; name a directory of fewer");
                }
            }
        } catch (AccessDeniedException e) {
            throw new OperatorException(
                    directory.toString(),
                    "the user " + System.getProperty("user.name")
                            + " may not read this directory; check its owner and permissions");
        } catch (IOException e) {
            throw new OperatorException(directory.toString(), "cannot be read as a directory: " + e.getMessage());
        }
        files.sort(null);
        return files;
    }
}
