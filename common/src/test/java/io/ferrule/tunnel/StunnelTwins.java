package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.TransportChoice;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Transport;
import io.ferrule.stunnel.LoggedService;
import io.ferrule.stunnel.StunnelEvents;
import io.ferrule.stunnel.StunnelHost;
import io.ferrule.stunnel.StunnelReader;
import io.ferrule.stunnel.StunnelSource;
import io.ferrule.stunnel.StunnelTunnels;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** One stunnel.conf, run by our tunnels and by the real stunnel, one after the other, with the same done to both. */
final class StunnelTwins {
    private static final Pattern LINE = Pattern.compile("\\S+ \\S+ (LOG\\d)\\[\\d+\\](: .*)");
    private static final Pattern ONLY_STUNNELS =
            Pattern.compile("LOG6: (No peer certificate received|Session id: .*|Client certificate not requested"
                    + "|Received trusted client CA.*|Decrypted ticket for an authenticated session.*)");

    private final Path directory;
    private final StatusChecks statuses;
    private final StunnelHost host;
    private final List<String> around;

    StunnelTwins(Path directory) {
        this(directory, StatusChecks.NONE);
    }

    StunnelTwins(Path directory, StatusChecks statuses) {
        this(directory, statuses, StunnelHost.here(), List.of());
    }

    /**
     * On another machine than this.
     *
     * @param host as our tunnels see it
     * @param around what is put before the real stunnel's command, so that it sees the same
     */
    StunnelTwins(Path directory, StatusChecks statuses, StunnelHost host, List<String> around) {
        this.directory = directory;
        this.statuses = statuses;
        this.host = host;
        this.around = around;
    }

    /** What is done to the port that the file's ACCEPT stands for. */
    interface Play {
        void at(int port) throws Exception;
    }

    /** What the two told of the connections, up to level 6. */
    record Lines(List<String> ours, List<String> theirs) {
        /** Both told the same, but for what only OpenSSL knows. */
        void areTheSame() {
            areTheSameBut(line -> false);
        }

        /** Both told the same, but for these. */
        void areTheSameBut(Predicate<String> left) {
            assertThat(ours.stream().filter(left.negate()))
                    .containsExactlyElementsOf(
                            theirs.stream().filter(left.negate()).toList());
        }
    }

    /**
     * Runs both.
     *
     * @param conf with ACCEPT in place of the address of the first section, and no lines before it
     * @param connections how many the play makes, of which the ends are awaited
     */
    Lines run(String conf, int connections, Play play) throws Exception {
        return new Lines(ours(conf, connections, play), theirs(conf, connections, play));
    }

    List<String> ours(String conf, int connections, Play play) throws Exception {
        int port = Ports.free();
        List<String> lines = new CopyOnWriteArrayList<>();
        List<StunnelTunnels.Section> sections = new ArrayList<>();
        StunnelTunnels tunnels = new StunnelTunnels(host);
        StunnelReader.read(
                new StunnelSource.Text("test.conf", whole(conf, port)),
                host,
                (globals, service) -> {
                    List<StunnelTunnels.Section> joined = StunnelTunnels.joined(sections, tunnels.of(globals, service));
                    sections.clear();
                    sections.addAll(joined);
                },
                (level, id, text) -> {});
        Map<String, LoggedService> logged = new HashMap<>();
        sections.forEach(section -> section.tunnels().forEach(tunnel -> logged.put(tunnel.name(), section.logged())));
        StunnelEvents events = new StunnelEvents(
                (level, id, text) -> lines.add("DATE TIME LOG" + level + "[" + id + "]: " + text),
                logged::get,
                new Random(1));
        try (TunnelRig rig = new TunnelRig(Transport.choose(TransportChoice.AUTO), statuses, events)) {
            rig.run(sections.stream()
                    .flatMap(section -> section.tunnels().stream())
                    .toArray(TunnelConfig[]::new));
            play.at(port);
            return ended(connections, lines::stream);
        }
    }

    List<String> theirs(String conf, int connections, Play play) throws Exception {
        int port = Ports.free();
        Path file = Files.writeString(directory.resolve("twin" + port + ".conf"), whole(conf, port));
        String program = CommandResult.find("stunnel4").isPresent() ? "stunnel4" : "stunnel";
        List<String> command = new ArrayList<>(around);
        command.addAll(List.of(program, file.toString()));
        try (Subprocess stunnel = Subprocess.start("stunnel", directory, command)) {
            stunnel.awaitLine("Accepting new connections", Duration.ofSeconds(10));
            play.at(port);
            return ended(connections, () -> stunnel.output().lines());
        }
    }

    private static String whole(String conf, int port) {
        return "foreground = yes\npid =\ndebug = info\nsyslog = no\n" + conf.replace("ACCEPT", "127.0.0.1:" + port);
    }

    private static List<String> ended(int connections, Supplier<Stream<String>> lines) throws IOException {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> lines.get()
                                .filter(line -> line.contains(" byte(s) sent to TLS, "))
                                .count()
                        >= connections);
        return lines.get()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(m -> comparable(m.group(1) + m.group(2)))
                .filter(line -> !ONLY_STUNNELS.matcher(line).matches())
                .toList();
    }

    /** Without ports that are chosen, OpenSSL's places in its code, and the choice of a cipher, which is another for each. */
    private static String comparable(String line) {
        return line.replaceAll("(from|No) ([\\d.]+):\\d+", "$1 $2:PORT")
                .replaceAll("\\.\\./\\S+: error:\\w+:SSL routines::", "")
                .replaceAll("ciphersuite: .*", "ciphersuite: ...")
                .replace("(read hangup)", "(readsocket)");
    }
}
