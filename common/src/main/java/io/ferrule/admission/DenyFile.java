package io.ferrule.admission;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A text file of what a {@link DenyList} holds: a pin {@code sha256/BASE64} or {@code serial:HEX} on each line; {@code #} begins a
 * comment. Reading blocks: do not call it on an event loop.
 */
public final class DenyFile {
    private static final int MAX_BYTES = 16 << 20;
    private static final int MAX_PROBLEMS = 20;
    private static final String SERIAL = "serial:";

    /** RFC 5280 §4.1.2.2 allows twenty bytes; some authorities have one more. */
    private static final String HEX = "[0-9A-Fa-f]{1,64}";

    private DenyFile() {}

    /**
     * Reads a file, which may be without entries.
     *
     * @throws OperatorException if it cannot be read, or with file and line of each entry that is none
     */
    public static DenyList.Entries read(Path file) throws OperatorException {
        List<String> lines = text(file).lines().toList();
        Set<Pin> pins = new HashSet<>();
        Set<BigInteger> serials = new HashSet<>();
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < lines.size() && problems.size() < MAX_PROBLEMS; i++) {
            String entry = withoutComment(lines.get(i));
            try {
                if (entry.startsWith(SERIAL)) {
                    serials.add(serial(entry.substring(SERIAL.length())));
                } else if (!entry.isEmpty()) {
                    pins.add(Pin.parse(entry));
                }
            } catch (IllegalArgumentException notAnEntry) {
                // Not quoted: it may be the wrong file, with a key in it.
                problems.add(new Problem(
                        file + ":" + (i + 1),
                        "this is no entry of a deny list: write a pin, sha256/BASE64, or serial:HEX, one a line"));
            }
        }
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
        return new DenyList.Entries(pins, serials);
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        String entry = comment < 0 ? line : line.substring(0, comment);
        return entry.replace("\uFEFF", "").strip();
    }

    private static BigInteger serial(String text) {
        String digits = text.strip().replace(":", "");
        if (!digits.matches(HEX)) {
            throw new IllegalArgumentException("not hexadecimal");
        }
        return new BigInteger(digits, 16);
    }

    private static String text(Path file) throws OperatorException {
        String where = file.toString();
        if (Files.isDirectory(file)) {
            throw new OperatorException(where, "is a directory; a deny list is a text file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new OperatorException(where, "is larger than 16 MiB; this cannot be the deny list that is meant");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new OperatorException(where, "there is no such file; an empty one denies nothing");
        } catch (AccessDeniedException e) {
            throw new OperatorException(where, "the user " + System.getProperty("user.name") + " may not read it");
        } catch (IOException e) {
            throw new OperatorException(where, "cannot be read: " + e.getMessage());
        }
    }
}
