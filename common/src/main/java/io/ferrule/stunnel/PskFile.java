package io.ferrule.stunnel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code PSKsecrets} as far as its form and its identities; the keys are not kept. */
final class PskFile {
    private static final int LONGEST_IDENTITY = 256;
    private static final int LONGEST_KEY_BYTES = 512;
    private static final int SHORTEST_KEY_BYTES = 16;

    private final Asker asker;

    PskFile(Asker asker) {
        this.asker = asker;
    }

    /** The identities of the file. */
    Set<String> identities(Path file) throws Refusal {
        List<String> lines;
        if (file.toString().isEmpty()) {
            throw refused(": No such file or directory (2)");
        }
        if (Files.isDirectory(file)) {
            throw new Refusal("Failed to read PSK secrets", file + " is a directory");
        }
        try {
            lines = FileLines.of(StunnelReader.bytes(file)).texts();
        } catch (NoSuchFileException e) {
            throw refused(file + ": No such file or directory (2)");
        } catch (IOException e) {
            throw refused("Cannot open PSKsecrets file");
        }
        Set<String> identities = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty()) {
                identities.add(identity(lines.get(i), i + 1));
            }
        }
        if (identities.isEmpty()) {
            throw new Refusal("Failed to read PSK secrets", file + " holds no line IDENTITY:KEY");
        }
        return identities;
    }

    private String identity(String text, int line) throws Refusal {
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
        int bytes = hexadecimal ? digits.length() / 2 : key.getBytes(StandardCharsets.UTF_8).length;
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
        return identity;
    }

    private Refusal refused(String line) {
        asker.log(3, line);
        return new Refusal("Failed to read PSK secrets");
    }
}
