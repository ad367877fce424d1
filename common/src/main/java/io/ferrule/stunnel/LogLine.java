package io.ferrule.stunnel;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/**
 * One line of stunnel's log, and its forms. Whatever a peer managed to put into a text can neither begin a line nor move a
 * terminal's cursor: such characters become dots, as they do with stunnel.
 *
 * @param level 0 (emergency) to 7 (debug)
 * @param id {@code ui}, {@code main} and {@code cron} for the process, else a connection's
 */
public record LogLine(Instant at, int level, String id, String text) {
    /** As long as stunnel's. */
    private static final int MAX_LENGTH = 1_024;

    private static final String MARKS = "***!:.  ";
    private static final Set<String> OF_THE_PROCESS = Set.of("ui", "main", "cron");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy.MM.dd HH:mm:ss");

    /**
     * Makes the text harmless.
     *
     * @throws IllegalArgumentException for a level that there is not
     */
    public LogLine {
        if (level < 0 || level > 7) {
            throw new IllegalArgumentException("the level " + level + " is not between 0 and 7");
        }
        text = harmless(text.stripTrailing());
    }

    /** True if it is the process's and no connection's; stunnel's global {@code debug} rules these alone. */
    public boolean ofTheProcess() {
        return OF_THE_PROCESS.contains(id);
    }

    /** For stderr and files: {@code 2026.03.01 12:00:00 LOG5[ui]: text}. */
    public String stamped(ZoneId zone) {
        return TIME.format(at.atZone(zone)) + ' ' + unstamped();
    }

    /** For syslog, which has its own time: {@code LOG5[ui]: text}. */
    public String unstamped() {
        return "LOG" + level + '[' + id + "]: " + text;
    }

    /** For a start that failed, before there is a log: {@code [!] text}. */
    public String marked() {
        return "[" + MARKS.charAt(level) + "] " + text;
    }

    private static String harmless(String text) {
        StringBuilder harmless = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        text.codePoints().limit(MAX_LENGTH).forEach(c -> harmless.appendCodePoint(isPrintable(c) ? c : '.'));
        return harmless.toString();
    }

    /** Format characters are not: they can turn the reading direction of what follows. */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
