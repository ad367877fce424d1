package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of PEM text (RFC 7468), in their order; whatever stands between blocks is skipped, as OpenSSL does.
 *
 * @param name the file's path, or the option that holds the text
 * @param lineWord what stands between name and line number in a problem's place
 */
record PemFile(String name, String lineWord, List<Block> blocks) {
    /** No bundle of certificates in use comes near this; it bounds what a mistaken path can make us read. */
    static final int MAX_BYTES = FileBytes.MAX;

    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    /**
     * One block.
     *
     * @param type the label, such as {@code CERTIFICATE}
     * @param encryption its DEK-Info header (RFC 1421 §4.6.1.3) if its headers say that the content is encrypted; else null
     * @param line where it begins, counted from 1
     */
    @SuppressWarnings("ArrayRecordComponent") // lives only between reading and decoding; never compared
    record Block(String type, @Nullable String encryption, byte[] der, int line) {
        boolean isKey() {
            return type.endsWith("PRIVATE KEY");
        }
    }

    PemFile {
        blocks = List.copyOf(blocks);
    }

    /**
     * Reads a whole file.
     *
     * @throws OperatorException if it is missing, unreadable, empty, too large, binary, cut off, or has no block at all
     */
    static PemFile read(Path path) throws OperatorException {
        byte[] bytes = FileBytes.read(path, "PEM file");
        if (!isPem(bytes)) {
            throw new OperatorException(path.toString(), notPem(path, bytes));
        }
        return of(path, bytes);
    }

    /** True if at least something in it looks like the beginning of a block. */
    static boolean isPem(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(BEGIN);
    }

    /**
     * Parses what a file holds.
     *
     * @throws OperatorException if it is cut off, damaged, or has no block at all
     */
    static PemFile of(Path path, byte[] bytes) throws OperatorException {
        return parse(path.toString(), ":", new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /**
     * Parses text that an option holds.
     *
     * @throws OperatorException as {@link #of(Path, byte[])}; nothing of the text is quoted
     */
    static PemFile ofText(String option, String text) throws OperatorException {
        return parse(option, " line ", text);
    }

    private static PemFile parse(String name, String lineWord, String text) throws OperatorException {
        PemFile empty = new PemFile(name, lineWord, List.of());
        List<Block> blocks = empty.parse(text.lines().toList());
        if (blocks.isEmpty()) {
            throw new OperatorException(name, "has no PEM block: a line \"-----BEGIN …-----\" is missing");
        }
        return new PemFile(name, lineWord, blocks);
    }

    private static String notPem(Path path, byte[] bytes) {
        if (bytes[0] == 0x30) { // a DER SEQUENCE
            return "is binary (DER or PKCS#12), not PEM; convert it with \"openssl x509 -inform der -in " + path
                    + " -out FILE.pem\" for a certificate, \"openssl pkey -inform der …\" for a key, or"
                    + " \"openssl pkcs12 -nodes -in …\" for a .p12 or .pfx file";
        }
        return "is not a PEM file: it has no line that starts with \"-----BEGIN\"";
    }

    /** The types of its blocks, for a problem. */
    String types() {
        return String.join(", ", blocks.stream().map(Block::type).distinct().toList());
    }

    private List<Block> parse(List<String> lines) throws OperatorException {
        List<Block> blocks = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            String type = typeBegunBy(lines.get(i));
            if (type == null) {
                i++;
                continue;
            }
            int end = endOf(lines, i, type);
            blocks.add(block(type, lines.subList(i + 1, end), i + 1));
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

    private int endOf(List<String> lines, int begin, String type) throws OperatorException {
        for (int i = begin + 1; i < lines.size(); i++) {
            String t = lines.get(i).strip();
            if (t.equals("-----END " + type + DASHES)) {
                return i;
            }
            if (t.startsWith(DASHES)) {
                break;
            }
        }
        throw new OperatorException(at(begin + 1), "the block " + type + " has no end: the file is cut off or damaged");
    }

    private Block block(String type, List<String> body, int line) throws OperatorException {
        boolean encrypted = false;
        String dekInfo = "";
        StringBuilder base64 = new StringBuilder();
        for (String l : body) {
            if (l.contains(":")) {
                encrypted |= l.startsWith("Proc-Type:") && l.contains("ENCRYPTED");
                dekInfo = l.startsWith("DEK-Info:")
                        ? l.substring("DEK-Info:".length()).strip()
                        : dekInfo;
            } else {
                base64.append(l.strip());
            }
        }
        try {
            return new Block(
                    type, encrypted ? dekInfo : null, Base64.getDecoder().decode(base64.toString()), line);
        } catch (IllegalArgumentException e) {
            throw new OperatorException(at(line), "the block " + type + " is damaged: it is not Base64");
        }
    }

    /** File and line, as editors understand them; for an option's text its name and the line in it. */
    String at(int line) {
        return name + lineWord + line;
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
