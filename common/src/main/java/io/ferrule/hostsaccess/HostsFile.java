package io.ferrule.hostsaccess;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the rules of {@code hosts.allow} or {@code hosts.deny}. Blocks. */
final class HostsFile {
    private static final int MOST_BYTES = 1 << 20;
    private static final int LONGEST = 2046; // libwrap reads no more of a rule, and takes the rest for another one
    /** Not within brackets, where an address of IPv6 is, and not behind a backslash. */
    private static final Pattern COLON = Pattern.compile("(?<!\\\\):(?![^\\[\\]]*\\])");

    private HostsFile() {}

    /**
     * The rules in their order; none if there is no such file.
     *
     * @param allows what they say of those they hold for
     * @throws HostsAccessException if it cannot be read, or with file and line of what is no rule
     */
    static List<HostsRule> read(Path file, boolean allows) throws HostsAccessException {
        List<HostsRule> rules = new ArrayList<>();
        String[] lines = text(file).split("\n", -1); // the last is what follows the last end of a line
        for (int i = 0; i < lines.length; i++) {
            int first = i;
            StringBuilder joined = new StringBuilder(lines[i]);
            while (joined.length() > 0 && joined.charAt(joined.length() - 1) == '\\' && i + 1 < lines.length) {
                joined.setLength(joined.length() - 1);
                joined.append(lines[++i]);
            }
            String place = file + ":" + (first + 1);
            if (i == lines.length - 1 && (i > first || joined.length() > 0)) {
                throw new HostsAccessException(place
                        + ": the last line has no end, and libwrap would leave it out or let nobody in: add a newline");
            }
            if (joined.length() > LONGEST) {
                throw new HostsAccessException(
                        place + ": is longer than " + LONGEST + " characters, which libwrap does not read: divide it");
            }
            String line = joined.toString().strip();
            if (!line.isEmpty() && joined.charAt(0) != '#') {
                rules.add(rule(place, line, allows));
            }
        }
        return rules;
    }

    private static HostsRule rule(String place, String line, boolean allows) throws HostsAccessException {
        String[] parts = COLON.split(line, -1);
        if (parts.length < 2) {
            throw new HostsAccessException(place + ": there is no colon: write DAEMONS : CLIENTS");
        }
        List<String> options = List.of(parts).subList(2, parts.length);
        return new HostsRule(place, parts[0], parts[1], options, allows);
    }

    private static String text(Path file) throws HostsAccessException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new HostsAccessException(file + " is larger than 1 MiB, more than rules for hosts are");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new HostsAccessException(file + " cannot be read, and without it nobody is let in: " + e);
        }
    }
}
