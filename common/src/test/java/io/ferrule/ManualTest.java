package io.ferrule;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.testing.Manual;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manual names is there: the targets of its links, the metrics, the labels of its log lines. */
class ManualTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern METRIC = Pattern.compile("\\bferrule_[a-z_]+");
    private static final Pattern LOG_LINE =
            Pattern.compile("connection closed: ([^\"\\n]+?)(?: |\",\")reason(?:=|\":\")([a-z_]+)");
    private static final Pattern FAILURE = Pattern.compile("handshakeFailure=([a-z_]+)");

    static List<String> pages() {
        return Manual.pages();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(String page) {
        List<String> broken = found(LINK, Manual.page(page))
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("https://"))
                .filter(link -> !leadsSomewhere(page, link))
                .toList();
        assertThat(broken).as("broken links of %s", page).isEmpty();
    }

    private static boolean leadsSomewhere(String page, String link) {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty()
                ? Manual.root().resolve(page)
                : Manual.root().resolve(page).resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1
                || anchors(Manual.root().relativize(file).toString()).contains(parts[1]);
    }

    /** As code hosts make them of headings: lower case, without punctuation, hyphens for spaces. */
    private static List<String> anchors(String page) {
        return Manual.page(page)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ *", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @Test
    void everyPageIsReachedFromTheReadme() {
        Set<String> reached = new HashSet<>(Set.of("README.md"));
        List<String> unread = new ArrayList<>(reached);
        while (!unread.isEmpty()) {
            String page = unread.remove(unread.size() - 1);
            found(LINK, Manual.page(page))
                    .map(link -> link.group(1).replaceFirst("#.*", ""))
                    .filter(link -> link.endsWith(".md") && !link.contains(":"))
                    .map(link ->
                            Manual.root().resolve(page).resolveSibling(link).normalize())
                    .map(file -> Manual.root().relativize(file).toString())
                    .filter(reached::add)
                    .forEach(unread::add);
        }
        assertThat(reached).containsAll(Manual.pages());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyMetricExists(String page) {
        Set<String> known = found(METRIC, Manual.page("docs/reference/metrics.md"))
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        assertThat(found(METRIC, Manual.page(page))
                        .map(metric -> metric.group().replaceFirst("_(bucket|sum|count|max)$", "")))
                .allMatch(known::contains);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void logLineOfAnEndIsAsTheProgramWritesIt(String page) {
        assertThat(found(LOG_LINE, Manual.page(page)))
                .allSatisfy(line -> assertThat(sentence(line.group(2))).isEqualTo(line.group(1)));
    }

    private static @Nullable String sentence(String label) {
        return Arrays.stream(CloseReason.values())
                .filter(reason -> reason.label().equals(label))
                .map(CloseReason::sentence)
                .findFirst()
                .orElse(null);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void handshakeFailuresExist(String page) {
        List<String> known = Arrays.stream(HandshakeFailure.values())
                .map(HandshakeFailure::label)
                .toList();
        assertThat(found(FAILURE, Manual.page(page)).map(m -> m.group(1))).allMatch(known::contains);
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
