package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The blocks of a PEM file (RFC 7468), in their order; whatever stands between blocks is skipped, as OpenSSL does. */
record PemFile(Path path, List<Block> blocks) {
    /** No bundle of certificates in use comes near this; it bounds what a mistaken path can make us read. */
    static final int MAX_BYTES = 1 << 20;

    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    /**
     * One block.
     *
     * @param type the label, such as {@code CERTIFICATE}
     * @param encrypted true if its headers say that the content is encrypted (RFC 1421 §4.6.1.1)
     * @param line where it begins, counted from 1
     */
    @SuppressWarnings("ArrayRecordComponent") // lives only between reading and decoding; never compared
    record Block(String type, boolean encrypted, byte[] der, int line) {}

    PemFile {
        blocks = List.copyOf(blocks);
    }

    /**
     * Reads a whole file.
     *
     * @throws OperatorException if it is missing, unreadable, empty, too large, binary, cut off, or has no block at all
     */
    static PemFile read(Path path) throws OperatorException {
        byte[] bytes = bytes(path);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains(BEGIN)) {
            throw new OperatorException(path.toString(), notPem(path, bytes));
        }
        List<Block> blocks = parse(path, text.lines().toList());
        if (blocks.isEmpty()) {
            throw new OperatorException(path.toString(), "has no PEM block: a line \"-----BEGIN …-----\" is missing");
        }
        return new PemFile(path, blocks);
    }

    private static byte[] bytes(Path path) throws OperatorException {
        String where = path.toString();
        if (Files.isDirectory(path)) {
            throw new OperatorException(where, "is a directory; name the PEM file in it");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new OperatorException(where, "is not a regular file; a PEM file is needed");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length == 0) {
                throw new OperatorException(where, "is empty; a PEM file is needed");
            }
            if (bytes.length > MAX_BYTES) {
                throw new OperatorException(where, "is larger than 1 MiB; this cannot be the PEM file that is meant");
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

    private static String notPem(Path path, byte[] bytes) {
        if (bytes[0] == 0x30) { // a DER SEQUENCE
            return "is binary (DER or PKCS#12), not PEM; convert it with \"openssl x509 -inform der -in " + path
                    + " -out FILE.pem\" for a certificate, \"openssl pkey -inform der …\" for a key, or"
                    + " \"openssl pkcs12 -nodes -in …\" for a .p12 or .pfx file";
        }
        return "is not a PEM file: it has no line that starts with \"-----BEGIN\"";
    }

    private static List<Block> parse(Path path, List<String> lines) throws OperatorException {
        List<Block> blocks = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            String type = typeBegunBy(lines.get(i));
            if (type == null) {
                i++;
                continue;
            }
            int end = endOf(path, lines, i, type);
            blocks.add(block(path, type, lines.subList(i + 1, end), i + 1));
            i = end + 1;
        }
        return blocks;
    }

    private static @Nullable String typeBegunBy(String line) {
        String t = line.strip();
        int begin = t.indexOf(BEGIN);
        // A byte order mark may stand before the first block.
        return begin < 0 || begin > 3 || !t.endsWith(DASHES) || t.length() < begin + BEGIN.length() + DASHES.length()
                ? null
                : t.substring(begin + BEGIN.length(), t.length() - DASHES.length());
    }

    private static int endOf(Path path, List<String> lines, int begin, String type) throws OperatorException {
        for (int i = begin + 1; i < lines.size(); i++) {
            String t = lines.get(i).strip();
            if (t.equals("-----END " + type + DASHES)) {
                return i;
            }
            if (t.startsWith(DASHES)) {
                break;
            }
        }
        throw new OperatorException(
                at(path, begin + 1), "the block " + type + " has no end: the file is cut off or damaged");
    }

    private static Block block(Path path, String type, List<String> body, int line) throws OperatorException {
        boolean encrypted = false;
        StringBuilder base64 = new StringBuilder();
        for (String l : body) {
            if (l.contains(":")) {
                encrypted |= l.startsWith("Proc-Type:") && l.contains("ENCRYPTED");
            } else {
                base64.append(l.strip());
            }
        }
        try {
            return new Block(type, encrypted, Base64.getDecoder().decode(base64.toString()), line);
        } catch (IllegalArgumentException e) {
            throw new OperatorException(at(path, line), "the block " + type + " is damaged: it is not Base64");
        }
    }

    /** File and line, as editors understand them. */
    static String at(Path path, int line) {
        return path + ":" + line;
    }

    /** One block as PEM. */
    static byte[] encode(String type, byte[] der) {
        byte[] begin = (BEGIN + type + DASHES + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
        byte[] end = ("\n-----END " + type + DASHES + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] pem = new byte[begin.length + body.length + end.length];
        System.arraycopy(begin, 0, pem, 0, begin.length);
        System.arraycopy(body, 0, pem, begin.length, body.length);
        System.arraycopy(end, 0, pem, begin.length + body.length, end.length);
        java.util.Arrays.fill(body, (byte) 0); // it may have been a key
        return pem;
    }
}
