package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.connection.StatusChecks;
import io.ferrule.stunnel.StunnelHost;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code libwrap} and {@code ident}: clients are let in and refused as the real stunnel does it, with its lines. */
@Timeout(60)
@NeedsCommand({"stunnel4", "stunnel"})
class StunnelAccessTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("server.test");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** This machine, but for the files of hosts_access(5) and the port of ident. */
    private record Machine(Path directory, int identPort) implements StunnelHost {
        @Override
        public List<InetAddress> addresses(String host) throws UnknownHostException {
            return StunnelHost.here().addresses(host);
        }

        @Override
        public OptionalInt port(String service) {
            return service.equals("auth")
                    ? OptionalInt.of(identPort)
                    : StunnelHost.here().port(service);
        }

        @Override
        public OptionalInt user(String name) {
            return StunnelHost.here().user(name);
        }

        @Override
        public OptionalInt group(String name) {
            return StunnelHost.here().group(name);
        }

        @Override
        public Path hostsAllow() {
            return directory.resolve("hosts.allow");
        }

        @Override
        public Path hostsDeny() {
            return directory.resolve("hosts.deny");
        }

        /** The real stunnel has no options for them: it runs where they are mounted over the machine's own. */
        List<String> around() throws IOException {
            Files.writeString(directory.resolve("services"), "auth " + identPort + "/tcp\n");
            StringBuilder mounts = new StringBuilder();
            for (String name : List.of("hosts.allow", "hosts.deny", "services")) {
                mounts.append("mount --bind " + directory.resolve(name) + " /etc/" + name + " && ");
            }
            List<String> within = List.of("unshare", "-m", "sh", "-c", mounts + "exec \"$@\"", "sh");
            List<String> probe = new ArrayList<>(within);
            probe.add("true");
            CommandResult result = CommandResult.of(probe.toArray(String[]::new));
            if (result.exitCode() != 0) {
                throw LeftOut.skip("the real stunnel with files of ours", "nothing can be mounted: " + result.output());
            }
            return within;
        }
    }

    private StunnelTwins twins(String allow, String deny, int identPort) throws IOException {
        Files.writeString(directory.resolve("hosts.allow"), allow);
        Files.writeString(directory.resolve("hosts.deny"), deny);
        Machine machine = new Machine(directory, identPort);
        return new StunnelTwins(directory, StatusChecks.NONE, machine, machine.around());
    }

    private String server(ScriptedServer target, String options) {
        KeyFiles files = SERVER.writeTo(directory);
        return """
                [tunnel]
                accept = ACCEPT
                connect = %s
                cert = %s
                key = %s
                %s
                """
                .formatted(target.address(), files.certificate(), files.key(), options);
    }

    private static String client(ScriptedServer target, String options) {
        return """
                [tunnel]
                client = yes
                accept = ACCEPT
                connect = %s
                %s
                """
                .formatted(target.address(), options);
    }

    private static void greet(Peer peer) throws IOException {
        peer.send("hello");
        peer.receiveAll(); // the client is the first to end
        peer.finish();
    }

    private static void listen(Peer opened) throws IOException {
        try (Peer peer = opened) {
            assertThat(peer.receive(5)).isEqualTo("hello");
            peer.finish();
            peer.receiveAll();
        }
    }

    private static void isRefused(int port) throws IOException {
        assertThat(Peer.endAfterSending(port, "x", Duration.ofSeconds(10))).isEqualTo(Peer.End.RESET);
    }

    @Test
    void aServerLetsThoseInWhomHostsAllowNames() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            twins("tunnel: 127.0.0.1\n", "ALL: ALL\n", 1)
                    .run(
                            server(target, "libwrap = yes"),
                            1,
                            port -> listen(Peer.tls(port, JdkTls.anonymous(), "TLSv1.3")))
                    .areTheSame();
            assertThat(target.accepted()).isEqualTo(2);
        }
    }

    @Test
    void aServerRefusesThoseWhomHostsDenyNames() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            StunnelTwins.Lines lines = twins("other: 127.0.0.1\n", "tunnel: ALL EXCEPT 192.0.2.\n", 1)
                    .run(server(target, "libwrap = yes"), 1, StunnelAccessTest::isRefused);
            lines.areTheSame();
            assertThat(lines.ours()).contains("LOG4: Service [tunnel] REFUSED by libwrap from 127.0.0.1:PORT");
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void aClientServiceRefusesThemToo() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            twins("", "ALL: 127.\n", 1)
                    .run(client(target, "libwrap = yes"), 1, StunnelAccessTest::isRefused)
                    .areTheSame();
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void changedFilesCountFromTheNextConnectionOn() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            StunnelTwins twins = twins("", "", 1);
            twins.run(server(target, "libwrap = yes"), 3, port -> {
                        Files.writeString(directory.resolve("hosts.deny"), "ALL: ALL\n");
                        isRefused(port);
                        Files.writeString(directory.resolve("hosts.deny"), "tunnel: 127.0.0.1\n");
                        isRefused(port);
                        Files.writeString(directory.resolve("hosts.deny"), "other: ALL\n");
                        // At last, since it tells of its end when its client is gone already.
                        listen(Peer.tls(port, JdkTls.anonymous(), "TLSv1.3"));
                        Files.writeString(directory.resolve("hosts.deny"), "");
                    })
                    .areTheSame();
        }
    }

    // ---- ident

    private static ScriptedServer identServer(String answer) throws IOException {
        return ScriptedServer.plain(peer -> {
            String question = peer.line();
            assertThat(question).matches("\\d{1,5} , \\d{1,5}");
            peer.send(answer.replace("PORTS", question));
            peer.finish();
            peer.receiveAll();
        });
    }

    @Test
    void aServerLetsTheNamedUserIn() throws Exception {
        try (ScriptedServer ident = identServer("PORTS : USERID : UNIX : alice\r\n");
                ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            StunnelTwins.Lines lines = twins("", "", ident.port())
                    .run(
                            server(target, "ident = alice"),
                            1,
                            port -> listen(Peer.tls(port, JdkTls.anonymous(), "TLSv1.3")));
            lines.areTheSame();
            assertThat(lines.ours()).contains("LOG6: IDENT authentication passed");
            assertThat(ident.accepted()).isEqualTo(2);
        }
    }

    @Test
    void aClientServiceLetsTheNamedUserIn() throws Exception {
        try (ScriptedServer ident = identServer("PORTS : USERID : UNIX : alice\r\n");
                ScriptedServer target = ScriptedServer.tls(JdkTls.showing(SERVER), StunnelAccessTest::greet)) {
            twins("tunnel: ALL\n", "ALL: ALL\n", ident.port())
                    .run(client(target, "ident = alice\nlibwrap = yes"), 1, port -> listen(Peer.plain(port)))
                    .areTheSameBut(
                            "LOG6: Certificate verification disabled"::equals); // told once for each check of OpenSSL
            assertThat(target.accepted()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PORTS : USERID : UNIX : bob\r\n",
                "PORTS : USERID : UNIX : alice \r\n",
                "PORTS:USERID:UNIX:alice\r\n",
                "PORTS : ERROR : NO-USER\r\n",
                "alice\r\n",
                "",
                "PORTS : USERID : UNIX : alice",
            })
    void whoIsNotTheNamedUserIsRefused(String answer) throws Exception {
        try (ScriptedServer ident = identServer(answer);
                ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            twins("", "", ident.port())
                    .run(server(target, "ident = alice"), 1, StunnelAccessTest::isRefused)
                    .areTheSame();
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void aMachineThatDoesNotAnswerInTimeIsRefused() throws Exception {
        try (ScriptedServer ident = ScriptedServer.plain(Peer::receiveAll);
                ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            twins("", "", ident.port())
                    .run(server(target, "ident = alice\nTIMEOUTbusy = 1"), 1, StunnelAccessTest::isRefused)
                    .areTheSame();
        }
    }

    @Test
    void aMachineThatCannotBeAskedIsRefused() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            twins("", "", Ports.free())
                    .run(server(target, "ident = alice"), 1, StunnelAccessTest::isRefused)
                    .areTheSame();
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void anAnswerWithoutEndIsRefused() throws Exception {
        try (ScriptedServer ident = ScriptedServer.plain(peer -> {
                    peer.line();
                    peer.send("x".repeat(100_000));
                    peer.receiveAll();
                });
                ScriptedServer target = ScriptedServer.plain(StunnelAccessTest::greet)) {
            twins("", "", ident.port())
                    .run(server(target, "ident = alice"), 1, StunnelAccessTest::isRefused)
                    .areTheSame();
        }
    }
}
