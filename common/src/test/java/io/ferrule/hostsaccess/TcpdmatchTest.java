package io.ferrule.hostsaccess;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files made by chance: whom libwrap refuses is refused, and where a rule is understood the verdict is libwrap's. */
@Timeout(120)
class TcpdmatchTest {
    private static final int FILES = 400;
    private static final List<String> CLIENTS = List.of("192.0.2.1", "192.0.2.77", "198.51.100.3", "2001:db8::7");
    private static final List<String> DAEMONS = List.of(
            "redis", "REDIS", "ALL", "all", "red*", "r?dis", "other", "EXCEPT", "KNOWN", "UNKNOWN", "red.", ".is");
    private static final List<String> HOSTS = List.of(
            "ALL",
            "EXCEPT",
            "EXCEPT",
            "except",
            "192.0.2.1",
            "192.0.2.",
            "192.",
            "192.0.2",
            "192.0.2.0/24",
            "192.0.2.0/255.255.255.0",
            "192.0.2.1/32",
            "192.0.2.1/24",
            "192.0.2.1/255.255.255.255",
            "192.0.2.1/",
            "192.0.2.0/33",
            "0.0.0.0/0",
            "0.0.0.0/0.0.0.0",
            "0.0.0.0/1",
            "0/0",
            "10/8",
            "*.2.1",
            "192.*",
            "192.0.2.?",
            "*",
            "[192.0.2.1]",
            "[192.0.2.0]/24",
            "[2001:db8::]/32",
            "[2001:db8::7]",
            "[2001:db8::7]/32",
            "[2001:db8::8]",
            "[::]/0",
            "[::ffff:192.0.2.1]",
            "2001:*",
            "fd00::7");
    private static final List<String> OPTIONS = List.of(
            "",
            "",
            "",
            "",
            " : allow",
            " : deny",
            " : DENY ",
            " :",
            " : allow : deny",
            " : deny : allow",
            ":deny:",
            " : : deny");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static String words(Random random, List<String> from, int most) {
        StringBuilder list = new StringBuilder();
        for (int left = 1 + random.nextInt(most); left > 0; left--) {
            list.append(from.get(random.nextInt(from.size())));
            list.append(left == 1 ? "" : List.of(" ", ", ", ",", "\t", " , ").get(random.nextInt(5)));
        }
        return list.toString();
    }

    private static String line(Random random) {
        String begin = List.of("", "", "", "", "", "", "# ", "  # ", " ").get(random.nextInt(9));
        String line = begin + words(random, DAEMONS, 3) + " : " + words(random, HOSTS, 3)
                + OPTIONS.get(random.nextInt(OPTIONS.size()));
        int at = random.nextInt(10 * line.length());
        return at < line.length() ? line.substring(0, at) + "\\\n" + line.substring(at) : line;
    }

    private static String file(Random random) {
        List<String> lines = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            lines.add(line(random));
        }
        return String.join("\n", lines) + (random.nextInt(12) == 0 ? "" : "\n");
    }

    private Path folder(int i) {
        return directory.resolve(String.valueOf(i));
    }

    private String client(int i) {
        return CLIENTS.get(i % CLIENTS.size());
    }

    private List<String> theirs() throws IOException {
        Path script = directory.resolve("ask");
        StringBuilder commands = new StringBuilder();
        IntStream.range(0, FILES)
                .forEach(i -> commands.append("(cd " + folder(i) + "; tcpdmatch -d redis " + client(i)
                        + " 2>&1 | grep ^access: || echo none)\n"));
        Files.writeString(script, commands.toString());
        return CommandResult.of("sh", script.toString())
                .orFail()
                .lines()
                .map(line -> line.replaceAll(".* ", ""))
                .toList();
    }

    private String ours(int i) throws IOException {
        HostsAccess access = new HostsAccess(
                folder(i).resolve("hosts.allow"), folder(i).resolve("hosts.deny"), address -> Optional.empty());
        try {
            return access.permits("redis", InetAddress.getByName(client(i))) ? "granted" : "denied";
        } catch (HostsAccessException e) {
            return "not understood";
        }
    }

    @Test
    @NeedsCommand("tcpdmatch")
    void whatIsUnderstoodHasLibwrapsVerdict() throws Exception {
        Random random = new Random(1413);
        for (int i = 0; i < FILES; i++) {
            Files.createDirectory(folder(i));
            Files.writeString(folder(i).resolve("hosts.allow"), file(random));
            Files.writeString(folder(i).resolve("hosts.deny"), file(random));
        }
        List<String> theirs = theirs();
        assertThat(theirs).hasSize(FILES);
        int understood = 0;
        for (int i = 0; i < FILES; i++) {
            String ours = ours(i);
            if (!ours.equals("not understood")) {
                understood++;
                assertThat(ours)
                        .as(client(i) + "\nhosts.allow:\n"
                                + Files.readString(folder(i).resolve("hosts.allow")) + "hosts.deny:\n"
                                + Files.readString(folder(i).resolve("hosts.deny")))
                        .isEqualTo(theirs.get(i));
            }
        }
        assertThat(understood).isGreaterThan(FILES / 4);
    }
}
