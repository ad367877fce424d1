package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Negotiation;
import io.ferrule.config.Negotiation.Protocol;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.PlainAndTlsServer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real servers and clients that have TLS on request, and the real stunnel, at the other end of a tunnel with a protocol. */
@Timeout(120)
class NegotiationServersTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificate SERVER = CA.issue("server.test");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private TunnelConfig server(Protocol protocol, int target) {
        AcceptTls tls =
                new AcceptTls(KeySources.of(SERVER.writeTo(directory)), new Access.Anyone(), TlsSettings.DEFAULT);
        return TunnelRig.server("tunnel", tls, TunnelRig.at(target)).withNegotiation(new Negotiation(protocol));
    }

    private TunnelConfig client(Protocol protocol, int target) {
        ConnectTls tls = new ConnectTls(
                new ServerTrust.Authority(CA.writeTo(directory)), "server.test", null, TlsSettings.DEFAULT);
        return TunnelRig.client("tunnel", tls, target).withNegotiation(new Negotiation(protocol));
    }

    // ---- dovecot

    @Test
    @NeedsCommand("dovecot")
    void anApplicationLogsInToItsMailBoxThroughTlsOnRequest() throws Exception {
        int pop3 = Ports.free();
        try (PlainAndTlsServer dovecot = PlainAndTlsServer.dovecot(SERVER, pop3);
                TunnelRig rig = new TunnelRig()) {
            rig.run(client(Protocol.IMAP, dovecot.port()));
            try (Peer peer = Peer.plain(rig.port("tunnel"))) {
                assertThat(peer.line()).isEqualTo("* OK Connected.");
                assertThat(peer.send("a LOGIN me secret\r\n").line())
                        .startsWith("a OK ")
                        .endsWith(" Logged in");
            }
            rig.run(client(Protocol.POP3, pop3));
            try (Peer peer = Peer.plain(rig.port("tunnel"))) {
                assertThat(peer.line()).startsWith("+OK Dovecot");
                assertThat(peer.send("USER me\r\n").line()).isEqualTo("+OK");
                assertThat(peer.send("PASS secret\r\n").line()).isEqualTo("+OK Logged in.");
            }
        }
    }

    @Test
    @NeedsCommand("dovecot")
    void aClientGetsTlsOnRequestInFrontOfAMailServer() throws Exception {
        int pop3 = Ports.free();
        try (PlainAndTlsServer dovecot = PlainAndTlsServer.dovecot(SERVER, pop3);
                TunnelRig rig = new TunnelRig()) {
            rig.run(server(Protocol.IMAP, dovecot.port()));
            try (OpenSslPeer client = OpenSslPeer.client(rig.port("tunnel"), "-starttls", "imap", "-crlf")) {
                client.type("a LOGIN me secret").awaitLine("a OK Logged in");
            }
            rig.run(server(Protocol.POP3, pop3));
            try (OpenSslPeer client = OpenSslPeer.client(rig.port("tunnel"), "-starttls", "pop3", "-crlf")) {
                client.type("USER me").awaitLine("^\\+OK$");
                client.type("PASS secret").awaitLine("\\+OK Logged in");
            }
        }
    }

    // ---- mail on its way

    @Test
    @NeedsCommand("openssl")
    void aMailClientGetsTlsOnRequest() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    assertThat(peer.send("220 mail.test ESMTP\r\n").line()).isEqualTo("EHLO again.test");
                    peer.send("250 mail.test\r\n").receiveAll();
                });
                TunnelRig rig = new TunnelRig()) {
            rig.run(server(Protocol.SMTP, target.port()));
            try (OpenSslPeer client = OpenSslPeer.client(rig.port("tunnel"), "-starttls", "smtp", "-crlf")) {
                client.awaitLine("250 STARTTLS|Verify return code");
                client.type("EHLO again.test").awaitLine("250 mail.test");
            }
        }
    }

    // ---- PostgreSQL

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @NeedsCommand("psql")
    void aDatabaseIsAskedThroughTls(boolean atTheServer) throws Exception {
        try (PlainAndTlsServer postgres = PlainAndTlsServer.postgres(SERVER);
                TunnelRig rig = new TunnelRig()) {
            rig.run(atTheServer ? server(Protocol.PGSQL, postgres.port()) : client(Protocol.PGSQL, postgres.port()));
            String answer = CommandResult.of(
                            "psql",
                            "host=127.0.0.1 port=%d dbname=postgres user=%s sslmode=%s"
                                    .formatted(
                                            rig.port("tunnel"),
                                            PlainAndTlsServer.user(),
                                            atTheServer ? "require" : "disable"),
                            "-Atc",
                            "select ssl from pg_stat_ssl where pid = pg_backend_pid()")
                    .orFail();
            assertThat(answer.strip()).isEqualTo(atTheServer ? "f" : "t"); // as the database sees it
        }
    }

    // ---- a directory

    @Test
    @NeedsCommand("ldapwhoami")
    void aDirectoryIsAskedThroughTls() throws Exception {
        try (PlainAndTlsServer slapd = PlainAndTlsServer.slapd(SERVER);
                TunnelRig rig = new TunnelRig()) {
            rig.run(client(Protocol.LDAP, slapd.port()));
            assertThat(whoami(slapd.port()).output()).contains("Confidentiality required");
            assertThat(whoami(rig.port("tunnel")).orFail().strip()).isEqualTo("anonymous");
        }
    }

    private static CommandResult whoami(int port) {
        return CommandResult.of("ldapwhoami", "-x", "-H", "ldap://127.0.0.1:" + port);
    }

    // ---- the real stunnel on the other side, with the same protocol

    @ParameterizedTest
    @EnumSource(names = {"SMTP", "POP3", "IMAP", "PGSQL", "CIFS"})
    @NeedsCommand({"stunnel4", "stunnel"})
    void stunnelIsTheClient(Protocol protocol) throws Exception {
        try (ScriptedServer target = target(protocol);
                TunnelRig rig = new TunnelRig()) {
            rig.run(server(protocol, target.port()));
            try (StunnelPeer stunnel =
                    StunnelPeer.client(SERVER, "127.0.0.1:" + rig.port("tunnel"), "protocol = " + name(protocol))) {
                exchange(protocol, stunnel.port());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SMTP", "POP3", "IMAP", "PGSQL", "CIFS"})
    @NeedsCommand({"stunnel4", "stunnel"})
    void stunnelIsTheServer(Protocol protocol) throws Exception {
        try (ScriptedServer target = target(protocol);
                StunnelPeer stunnel = StunnelPeer.server(SERVER, target.address(), "protocol = " + name(protocol));
                TunnelRig rig = new TunnelRig()) {
            rig.run(client(protocol, stunnel.port()));
            exchange(protocol, rig.port("tunnel"));
        }
    }

    private static String name(Protocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }

    private static String greeting(Protocol protocol) {
        return switch (protocol) {
            case SMTP -> "220 mail.test ESMTP\r\n";
            case POP3 -> "+OK ready\r\n";
            case IMAP -> "* OK ready\r\n";
            default -> "";
        };
    }

    private static ScriptedServer target(Protocol protocol) throws Exception {
        return ScriptedServer.plain(peer -> {
            peer.send(greeting(protocol));
            peer.send(peer.line() + " is answered\r\n").receiveAll();
        });
    }

    private static void exchange(Protocol protocol, int port) throws Exception {
        try (Peer peer = Peer.plain(port)) {
            if (!greeting(protocol).isEmpty()) {
                assertThat(peer.line()).startsWith(greeting(protocol).substring(0, 3));
            }
            assertThat(peer.send("hello\r\n").line()).isEqualTo("hello is answered");
        }
    }
}
