package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificate revocation lists (RFC 5280 §5) as they stand in files: PEM or DER, one or several. Nothing is verified here. */
public final class CrlFile {
    /** A list of a million entries has some 40 MB. */
    private static final int MAX_BYTES = 64 << 20;

    private static final String BEGIN = "-----BEGIN X509 CRL-----";
    private static final String END = "-----END X509 CRL-----";
    private static final byte DER_SEQUENCE = 0x30;

    private CrlFile() {}

    /**
     * All lists of a file, at least one, in its order. Blocks of other kinds, such as a certificate, are skipped.
     *
     * @throws OperatorException if the file cannot be read, is larger than 64 MiB, holds no list, or a damaged one
     */
    public static List<X509CRL> read(Path path) throws OperatorException {
        byte[] bytes = bytes(path);
        if (bytes.length == 0) {
            throw new OperatorException(path.toString(), "is empty; a revocation list (CRL) is needed");
        }
        return bytes[0] == DER_SEQUENCE ? der(path, bytes) : pem(path, new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static List<X509CRL> der(Path path, byte[] bytes) throws OperatorException {
        List<X509CRL> lists = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        while (in.available() > 0) {
            lists.add(decode(path.toString(), in));
        }
        return List.copyOf(lists);
    }

    private static List<X509CRL> pem(Path path, String text) throws OperatorException {
        List<X509CRL> lists = new ArrayList<>();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            String where = path + ":" + line(text, begin);
            int end = text.indexOf(END, begin);
            int next = text.indexOf(BEGIN, begin + BEGIN.length());
            if (end < 0 || (next >= 0 && next < end)) {
                throw new OperatorException(where, "the block X509 CRL has no end: the file is cut off or damaged");
            }
            lists.add(decode(where, new ByteArrayInputStream(base64(where, text, begin + BEGIN.length(), end))));
            begin = next;
        }
        if (lists.isEmpty()) {
            throw new OperatorException(
                    path.toString(), "holds no revocation list (CRL): it is not DER and has no line \"" + BEGIN + "\"");
        }
        return List.copyOf(lists);
    }

    private static byte[] base64(String where, String text, int from, int to) throws OperatorException {
        try {
            byte[] encoded = text.substring(from, to).replaceAll("\\s", "").getBytes(StandardCharsets.ISO_8859_1);
            return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw new OperatorException(where, "the block X509 CRL is damaged: it is not Base64");
        }
    }

    private static X509CRL decode(String where, InputStream der) throws OperatorException {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(der);
        } catch (CRLException | CertificateException | RuntimeException e) {
            throw new OperatorException(where, "this is no revocation list (CRL), or a damaged one");
        }
    }

    private static int line(String text, int place) {
        return (int) text.substring(0, place).chars().filter(c -> c == '\n').count() + 1;
    }

    private static byte[] bytes(Path path) throws OperatorException {
        String where = path.toString();
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new OperatorException(where, "is not a regular file; a revocation list (CRL) is needed");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new OperatorException(where, "is larger than 64 MiB; no revocation list is that large");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new OperatorException(where, "there is no such file");
        } catch (AccessDeniedException e) {
            throw new OperatorException(
                    where,
                    "the user " + System.getProperty("user.name")
                            + " may not read it; check its owner and permissions, and those of its directories");
        } catch (IOException e) {
            throw new OperatorException(where, "cannot be read: " + e.getMessage());
        }
    }
}
