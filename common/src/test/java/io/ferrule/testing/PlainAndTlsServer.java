package io.ferrule.testing;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.ferrule.config.KeyFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A server as Debian ships it, on free ports of 127.0.0.1, which takes plaintext and TLS on request at the same port. As root it is
 * started as nobody where it insists; use with {@code @NeedsCommand}.
 */
public final class PlainAndTlsServer implements AutoCloseable {
    private static final boolean ROOT = System.getProperty("user.name").equals("root");
    private static final String USER = ROOT ? "nobody" : System.getProperty("user.name");

    private final Path directory = Directories.temporary("ferrule-server");
    private final int port = Ports.free();
    private final List<Subprocess> processes = new ArrayList<>();

    private PlainAndTlsServer() {}

    private KeyFiles prepare(TestCertificate identity) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return identity.writeTo(directory, "server");
    }

    /** dovecot, with a mail box for everybody whose password is {@code secret}; IMAP is at {@link #port}. */
    public static PlainAndTlsServer dovecot(TestCertificate identity, int pop3Port) throws IOException {
        PlainAndTlsServer server = new PlainAndTlsServer();
        KeyFiles files = server.prepare(identity);
        Path mail = Files.createDirectory(server.directory.resolve("mail"));
        Path config = Files.writeString(
                server.directory.resolve("dovecot.conf"),
                """
                protocols = imap pop3
                base_dir = %1$s/run
                state_dir = %1$s/run
                log_path = /dev/stderr
                listen = 127.0.0.1
                ssl = yes
                ssl_cert = <%2$s
                ssl_key = <%3$s
                default_internal_user = %4$s
                default_login_user = %4$s
                default_internal_group = %5$s
                disable_plaintext_auth = no
                mail_location = maildir:%1$s/mail
                passdb {
                  driver = static
                  args = password=secret
                }
                userdb {
                  driver = static
                  args = uid=%4$s gid=%5$s home=%1$s/mail
                }
                service imap-login {
                  chroot =
                  inet_listener imap {
                    port = %6$d
                  }
                  inet_listener imaps {
                    port = 0
                  }
                }
                service pop3-login {
                  chroot =
                  inet_listener pop3 {
                    port = %7$d
                  }
                  inet_listener pop3s {
                    port = 0
                  }
                }
                service anvil {
                  chroot =
                }
                """
                        .formatted(
                                server.directory,
                                files.certificate(),
                                files.key(),
                                USER,
                                CommandResult.of("id", "-gn", USER).orFail().strip(),
                                server.port,
                                pop3Port));
        CommandResult.of("chown", USER, mail.toString()).orFail();
        return server.start("dovecot", List.of("dovecot", "-F", "-c", config.toString()));
    }

    /** PostgreSQL, with a database postgres that everybody may use. */
    public static PlainAndTlsServer postgres(TestCertificate identity) throws IOException {
        PlainAndTlsServer server = new PlainAndTlsServer();
        KeyFiles files = server.prepare(identity);
        CommandResult.of("chown", "-R", USER, server.directory.toString()).orFail();
        String data = server.directory.resolve("data").toString();
        String binaries = postgresBinaries().toString();
        CommandResult.of(
                        Duration.ofMinutes(1),
                        asUser(binaries + "/initdb", "-D", data, "-A", "trust", "-N"),
                        new byte[0])
                .orFail();
        return server.start(
                "postgres",
                asUser(
                        binaries + "/postgres",
                        "-D",
                        data,
                        "-p",
                        Integer.toString(server.port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "ssl=on",
                        "-c",
                        "ssl_cert_file=" + files.certificate(),
                        "-c",
                        "ssl_key_file=" + files.key()));
    }

    /** Debian keeps them out of the path. */
    private static Path postgresBinaries() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .findAny()
                    .orElseThrow();
        }
    }

    /** slapd, empty, which answers nobody without TLS. */
    public static PlainAndTlsServer slapd(TestCertificate identity) throws IOException {
        PlainAndTlsServer server = new PlainAndTlsServer();
        KeyFiles files = server.prepare(identity);
        Path key = server.directory.resolve("key-with-public.pem"); // GnuTLS reads no other form of it
        CommandResult.of("openssl", "ec", "-in", files.key().toString(), "-out", key.toString())
                .orFail();
        Path config = Files.writeString(
                server.directory.resolve("slapd.conf"),
                """
                include /etc/ldap/schema/core.schema
                pidfile %s/slapd.pid
                TLSCertificateFile %s
                TLSCertificateKeyFile %s
                security tls=1
                """
                        .formatted(server.directory, files.certificate(), key));
        return server.start(
                "slapd",
                List.of("slapd", "-d", "0", "-f", config.toString(), "-h", "ldap://127.0.0.1:" + server.port + "/"));
    }

    private static List<String> asUser(String... command) {
        List<String> all = new ArrayList<>();
        if (ROOT) {
            all.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=nogroup", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private PlainAndTlsServer start(String name, List<String> command) {
        List<String> found = new ArrayList<>(command);
        found.set(0, CommandResult.find(command.get(0)).map(Path::toString).orElse("/usr/sbin/" + command.get(0)));
        Subprocess process = Subprocess.start(name, directory, found);
        processes.add(process);
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThatCode(
                        () -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .describedAs(process::output)
                .doesNotThrowAnyException());
        return this;
    }

    public int port() {
        return port;
    }

    /** Who may log in to PostgreSQL. */
    public static String user() {
        return USER;
    }

    @Override
    public void close() {
        processes.forEach(Subprocess::close);
        Directories.delete(directory);
    }
}
