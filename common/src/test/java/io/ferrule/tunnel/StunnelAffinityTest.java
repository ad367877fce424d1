package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A continued session goes where it went before, where several targets take turns; as with the real stunnel. */
@Timeout(60)
@NeedsCommand({"openssl", "stunnel4", "stunnel"})
class StunnelAffinityTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("server.test");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final List<ScriptedServer> targets = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        for (String name : List.of("alpha", "betas", "gamma")) {
            targets.add(ScriptedServer.plain(peer -> {
                peer.send(name + "\n");
                peer.finish();
                peer.receiveAll();
            }));
        }
    }

    @AfterEach
    void close() {
        targets.forEach(ScriptedServer::close);
    }

    private String conf(String more) {
        KeyFiles files = SERVER.writeTo(directory, "server");
        StringBuilder conf = new StringBuilder("[tunnel]\naccept = ACCEPT\nfailover = rr\ncert = " + files.certificate()
                + "\nkey = " + files.key() + "\n" + more + "\n");
        targets.forEach(target ->
                conf.append("connect = 127.0.0.1:").append(target.port()).append('\n'));
        return conf.toString();
    }

    private static String told(int port, String... options) throws IOException {
        try (OpenSslPeer client = OpenSslPeer.client(port, options)) {
            String told = client.awaitLine("(alpha|betas|gamma)$");
            client.awaitExit();
            return told;
        }
    }

    /** The turn that each of the two begins with is a random number. */
    private static List<String> numbered(List<String> lines) {
        Map<String, String> ports = new LinkedHashMap<>();
        List<String> numbered = new ArrayList<>();
        for (String line : lines) {
            Matcher port = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(line);
            numbered.add(port.replaceAll(found -> ports.computeIfAbsent(found.group(1), p -> "TARGET" + ports.size()))
                    .replaceAll("entry #\\d", "entry #N"));
        }
        return numbered;
    }

    @Test
    void aSessionThatWeKeepGoesToItsTargetAgain() throws Exception {
        Path session = directory.resolve("session");
        List<String> found = new ArrayList<>();
        StunnelTwins.Lines lines = new StunnelTwins(directory).run(conf("options = NO_TICKET"), 4, port -> {
            found.add(told(port, "-tls1_2", "-sess_out", session.toString()));
            for (int i = 0; i < 3; i++) {
                found.add(told(port, "-tls1_2", "-sess_in", session.toString()));
            }
        });
        assertThat(found.subList(0, 4)).containsOnly(found.get(0));
        assertThat(found.subList(4, 8)).containsOnly(found.get(4));
        assertThat(numbered(lines.ours())).isEqualTo(numbered(lines.theirs()));
        assertThat(lines.ours().stream().filter(line -> line.endsWith(" reused") && line.contains("persistence")))
                .hasSize(3);
    }

    @Test
    void whereATicketCarriesTheSessionItsTargetIsNotKnown() throws Exception {
        Path session = directory.resolve("session");
        StunnelTwins.Lines lines = new StunnelTwins(directory).run(conf(""), 2, port -> {
            told(port, "-tls1_2", "-sess_out", session.toString());
            told(port, "-tls1_2", "-sess_in", session.toString());
        });
        assertThat(numbered(lines.ours())).isEqualTo(numbered(lines.theirs()));
        assertThat(lines.ours()).contains("LOG5: persistence: No cached address found");
    }
}
