package io.ferrule.stunnel;

import io.ferrule.config.PreSharedKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads {@code PSKsecrets}. */
final class PskFile {
    private static final int LONGEST_IDENTITY = 256;
    private static final int LONGEST_KEY_BYTES = 512;
    private static final int SHORTEST_KEY_BYTES = 16;

    private final Asker asker;

    PskFile(Asker asker) {
        this.asker = asker;
    }

    /** The keys of the file, in its order; at least one. */
    List<PreSharedKey> keys(Path file) throws Refusal {
        List<String> lines;
        boolean utf8;
        if (file.toString().isEmpty()) {
            throw refused(": No such file or directory (2)");
        }
        if (Files.isDirectory(file)) {
            throw new Refusal("Failed to read PSK secrets", file + " is a directory");
        }
        try {
            byte[] bytes = StunnelReader.bytes(file);
            if (ContextLines.isOpenToOthers(file)) {
                asker.log(4, "Insecure file permissions on " + file);
            }
            utf8 = isUtf8(bytes);
            lines = FileLines.of(bytes).texts();
        } catch (NoSuchFileException e) {
            throw refused(file + ": No such file or directory (2)");
        } catch (IOException e) {
            throw refused("Cannot open PSKsecrets file");
        }
        List<PreSharedKey> keys = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty()) {
                keys.add(key(lines.get(i), i + 1, utf8));
            }
        }
        if (keys.isEmpty()) {
            throw new Refusal("Failed to read PSK secrets", file + " holds no line IDENTITY:KEY");
        }
        return keys;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private PreSharedKey key(String text, int line, boolean utf8) throws Refusal {
        if (!utf8 && text.chars().anyMatch(c -> c > 127)) {
            throw new Refusal(
                    "Failed to read PSK secrets",
                    "line " + line + " is not UTF-8: write the key in hexadecimal, and the identity in ASCII");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw refused("PSKsecrets line " + line + ": Not in identity:key format");
        }
        String identity = text.substring(0, colon);
        if (identity.length() > LONGEST_IDENTITY) {
            throw refused("PSKsecrets line " + line + ": Identity longer than " + LONGEST_IDENTITY + " characters");
        }
        String key = text.substring(colon + 1);
        String digits = key.replace(":", "");
        boolean hexadecimal = digits.matches("([0-9A-Fa-f]{2})+");
        byte[] secret = hexadecimal ? HexFormat.of().parseHex(digits) : key.getBytes(StandardCharsets.UTF_8);
        int bytes = secret.length;
        if (bytes > LONGEST_KEY_BYTES) {
            throw refused("PSKsecrets line " + line + ": Key longer than " + LONGEST_KEY_BYTES + " bytes");
        }
        if (bytes < SHORTEST_KEY_BYTES) {
            throw refused("PSKsecrets line " + line + ": Key shorter than " + SHORTEST_KEY_BYTES + " bytes");
        }
        asker.log(
                6,
                "PSKsecrets line %d: %d-byte %s key configured for identity \"%s\""
                        .formatted(line, bytes, hexadecimal ? "hexadecimal" : "ASCII", identity));
        return new PreSharedKey(identity, secret);
    }

    private Refusal refused(String line) {
        asker.log(3, line);
        return new Refusal("Failed to read PSK secrets");
    }
}
