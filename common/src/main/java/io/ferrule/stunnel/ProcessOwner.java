package io.ferrule.stunnel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The user and the group that this process runs as, as far as the system tells.
 *
 * @param user -1 if it does not
 * @param group -1 if it does not
 */
record ProcessOwner(int user, int group) {
    /** Its owner tells nothing: that of the link and, of a process that gave up root, that of the directory are root's. */
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Of this process. */
    static ProcessOwner current() {
        return new ProcessOwner(number("Uid:"), number("Gid:"));
    }

    /** True of a user and a group that are this process's, or not named. */
    boolean is(StunnelService.Owner asked) {
        return (asked.user() == 0 || asked.user() == user) && (asked.group() == 0 || asked.group() == group);
    }

    /** The effective one of the real, effective, saved and file system's (proc(5)). */
    private static int number(String field) {
        try (Stream<String> lines = Files.lines(STATUS, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> Integer.parseInt(line.split("\\s+", 4)[2]))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            return -1; // not Linux
        }
    }
}
