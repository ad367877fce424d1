package io.ferrule.negotiate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line as it may be shown to those who watch. What it says, unless it says who somebody is. */
final class ShownLine {
    private static final Pattern CREDENTIALS = Pattern.compile(
            "(\\s*(?:\\S+\\s+)?(?:(?:AUTH|AUTHENTICATE)\\s+\\S+|LOGIN|PASS|APOP|USER)|(?:Proxy-)?Authorization:)\\s.+",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private ShownLine() {}

    static String of(String line) {
        Matcher credentials = CREDENTIALS.matcher(line);
        return credentials.matches() ? credentials.group(1) + " (secret)" : line;
    }
}
