package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import io.ferrule.stunnel.StunnelSource;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The start in stunnel's place up to where ports are opened, with files that are broken by accident or on purpose, and what they name
 * broken too: it goes well, or ends in an error that says where.
 */
@Timeout(300)
class StunnelBrokenStartsTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificate SERVER = CA.issue("server.test");

    /** What an error says of its place: file and line, or the section. */
    private static final Pattern PLACE =
            Pattern.compile("(.+:[1-9]\\d*: \".*|Service \\[.*]: \\S.*|Global options: \\S.*"
                    + "|Inetd mode: \\S.*|Invalid configuration file name .*|Cannot open configuration file)");

    private static final String GOOD =
            """
            ; comment
            debug = daemon.info
            syslog = no
            foreground = yes
            pid =
            options = NO_TICKET
            socket = l:TCP_NODELAY=1
            TIMEOUTidle = 300
            [server]
            accept = 127.0.0.1:7001
            connect = 127.0.0.1:7002
            cert = DIR/server.pem
            verify = 2
            CAfile = DIR/ca.crt
            CRLfile = DIR/good.crl
            sslVersionMax = TLSv1.2
            ciphers = HIGH
            [name]
            sni = server:*.test
            connect = 127.0.0.1:7003
            cert = DIR/server.pem
            [keys]
            accept = 127.0.0.1:7007
            connect = 127.0.0.1:7002
            PSKsecrets = DIR/psk
            [program]
            accept = 127.0.0.1:7008
            exec = /bin/cat
            execArgs = cat -
            cert = DIR/server.pem
            curves = X25519:P-256
            [client]
            client = yes
            accept = 127.0.0.1:7004
            connect = 127.0.0.1:7005
            protocol = smtp
            verifyChain = yes
            CAfile = DIR/ca.crt
            checkHost = localhost
            sslVersionMin = TLSv1.2
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private String good = GOOD;

    @BeforeEach
    void write() throws IOException {
        good = GOOD.replace("DIR", directory.toString());
        SERVER.writeJoinedTo(directory, "server");
        CA.writeTo(directory);
        TestCertificate.write(directory.resolve("good.crl"), TestCrl.of(CA).pem());
        TestCertificate.write(directory.resolve("psk"), "alice:000102030405060708090a0b0c0d0e0f\n");
        Files.createDirectory(directory.resolve("empty"));
    }

    /** What a start told. */
    private record Told(boolean well, List<String> lines) {
        List<String> errors() {
            return lines.stream()
                    .filter(line -> line.startsWith("3 "))
                    .map(line -> line.substring(2))
                    .toList();
        }
    }

    private static Told start(StunnelSource source) {
        List<String> lines = new ArrayList<>();
        StunnelConfigSource config = new StunnelConfigSource(
                source,
                StunnelConfigSource.process(Role.SERVER, List.of()),
                (level, id, text) -> lines.add(level + " " + text));
        try {
            config.read(new LinkedHashSet<>());
            return new Told(true, lines);
        } catch (OperatorException told) {
            return new Told(false, lines);
        }
    }

    private static boolean isWellOrTold(String what, StunnelSource source) {
        Told told;
        try {
            told = start(source);
        } catch (RuntimeException | StackOverflowError e) {
            return fail("with this:\n" + what, e);
        }
        if (!told.well()) {
            assertThat(told.errors())
                    .as(what)
                    .anyMatch(line -> PLACE.matcher(line).matches())
                    .contains("Configuration failed")
                    .noneMatch(line -> line.contains("Exception") || line.contains("\tat "));
        }
        return told.well();
    }

    @Test
    void whatIsMangledIsGood() {
        assertThat(start(new StunnelSource.Text("good.conf", good)).errors()).isEmpty();
    }

    /** What Debian's sample has without its comments, with names that need no network. */
    @Test
    void debiansSampleIsGood() throws IOException {
        String sections = Stream.of("pop3 110 995", "imap 143 993", "smtp 25 465")
                .map(line -> line.split(" "))
                .map(word ->
                        "[gmail-%s]\nclient = yes\naccept = 127.0.0.1:%s\nconnect = localhost:%s\nverifyChain = yes\n"
                                        .formatted(word[0], word[1], word[2])
                                + "CApath = DIR/hashed\ncheckHost = %s.gmail.com\nOCSPaia = yes\n".formatted(word[0]))
                .collect(Collectors.joining());
        Files.createDirectory(directory.resolve("hashed"));
        TestCertificate.write(directory.resolve("hashed/1a2b3c4d.0"), CA.pem());
        Path file = Files.writeString(
                directory.resolve("sample.conf"), "\uFEFF; Sample\n\n" + sections.replace("DIR", directory.toString()));
        Told told = start(new StunnelSource.File(file.toString()));
        assertThat(told.errors()).isEmpty();
        assertThat(told.lines()).contains("5 UTF-8 byte order mark detected", "5 Configuration successful");
    }

    @Test
    void aMangledFileIsToldOfWithItsPlace() {
        Random random = new Random(21);
        int well = 0;
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                mangle(text, random);
            }
            well += isWellOrTold(text.toString(), new StunnelSource.Text("mangled.conf", text.toString())) ? 1 : 0;
        }
        assertThat(well).as("some mistakes are none").isBetween(10, 900);
    }

    private static void mangle(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        String odd = "\t\n[]=;#:-.,09a~\u0001é";
        char c = odd.charAt(random.nextInt(odd.length()));
        switch (random.nextInt(3)) {
            case 0 -> text.setCharAt(at, c);
            case 1 -> text.insert(at, c);
            default -> text.deleteCharAt(at);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.pem", "ca.crt", "good.crl", "psk"})
    void aMangledFileThatItNamesIsToldOfWithTheSection(String name) throws IOException {
        Path file = directory.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(22);
        int told = 0;
        for (int i = 0; i < 100; i++) {
            byte[] bytes = whole.clone();
            for (int edits = random.nextInt(4); edits >= 0; edits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(file, random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
            String what = name + " is " + new String(bytes, StandardCharsets.ISO_8859_1);
            told += isWellOrTold(what, new StunnelSource.Text("good.conf", good)) ? 0 : 1;
        }
        assertThat(told).isPositive();
    }

    // ---- both, side by side

    private static Stream<String> broken() {
        return Stream.of(
                "cert = DIR/missing.pem",
                "cert = DIR/empty",
                "cert = DIR/nothing.pem",
                "cert = DIR/garbage.pem",
                "cert = DIR/ca.crt",
                "cert = DIR/server.key",
                "cert = DIR/server.pem\nkey = DIR/missing.key",
                "cert = DIR/server.pem\nkey = DIR/nothing.pem",
                "cert = DIR/server.pem\nkey = DIR/garbage.pem",
                "cert = DIR/server.pem\nkey = DIR/other.key",
                "cert =",
                "key =",
                "verifyChain = yes",
                "verifyChain = yes\nCAfile = DIR/missing.crt",
                "verifyChain = yes\nCAfile = DIR/nothing.pem",
                "verifyChain = yes\nCAfile = DIR/garbage.pem",
                "verifyChain = yes\nCAfile = DIR/ca.crt\nCRLfile = DIR/missing.crl",
                "verifyChain = yes\nCAfile = DIR/ca.crt\nCRLfile = DIR/nothing.pem",
                "verifyChain = yes\nCAfile = DIR/ca.crt\nCRLfile = DIR/garbage.pem",
                "PSKsecrets = DIR/missing",
                "PSKsecrets = DIR/nothing.pem",
                "PSKsecrets = DIR/garbage.pem",
                "include = DIR/missing",
                "include = DIR/server.pem",
                "ciphers = NOTHING",
                "curves = NOTHING",
                "sslVersionMin = TLSv1.3\nsslVersionMax = TLSv1.2",
                "redirect = 127.0.0.1:1",
                "checkHost = a.test",
                "OCSPaia = yes",
                "ticketKeySecret = 00112233445566778899aabbccddeeff",
                "ticketKeySecret = zz",
                "config = Nothing:1",
                "config = MinProtocol:nothing",
                "sni = nothing:a.test",
                "sni = a.test",
                "accept = 127.0.0.1:99999",
                "accept = nothing.invalid:1",
                "accept = 127.0.0.1:nothing",
                "connect = 127.0.0.1:nothing",
                "connect =",
                "exec = /bin/cat",
                "execArgs = cat",
                "socket = a:NOTHING=1",
                "socket = x:TCP_NODELAY=1",
                "socket = l:TCP_NODELAY=maybe",
                "socket = l:SO_LINGER=1",
                "options = NOTHING",
                "protocol = nothing",
                "protocol = connect\nprotocolHost = a.test",
                "debug = 9",
                "debug = nothing.5",
                "logId = nothing",
                "failover = nothing",
                "setuid = nothing",
                "setgid = nothing",
                "local = nothing.invalid",
                "securityLevel = 6",
                "TIMEOUTidle = -1",
                "verify = 5",
                "verify = 2",
                "OCSP = nothing",
                "OCSPflag = NOTHING",
                "foreground = yes",
                "[",
                "]",
                "=",
                "= 1",
                "accept",
                "accept 127.0.0.1:1",
                "\u00e4 = 1",
                "a\0b = 1",
                "verifyChain = maybe",
                "verifyChain =",
                "client = 1",
                "x".repeat(20_000) + " = 1",
                "cert = " + "x".repeat(5_000));
    }

    @ParameterizedTest
    @NeedsCommand({"stunnel4", "stunnel"})
    @ValueSource(strings = {"\n", "\r\n"})
    void theErrorHasThePlaceThatTheRealOneNames(String lineEnd) throws IOException {
        TestCertificate.write(directory.resolve("nothing.pem"), "");
        TestCertificate.write(directory.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\ngarbage\n");
        SERVER.writeTo(directory, "server");
        CA.issue("other.test").writeTo(directory, "other");
        List<String> differences = new ArrayList<>();
        for (String lines : broken().toList()) {
            String text = "foreground = yes\nsyslog = no\npid =\n[tunnel]\n"
                    + "accept = 127.0.0.1:7001\nconnect = 127.0.0.1:7002\ncert = DIR/server.pem\n" + lines
                    + "\n[last]\nthe end\n";
            Path file = directory.resolve("broken.conf");
            Files.writeString(file, text.replace("DIR", directory.toString()).replace("\n", lineEnd));
            List<String> ours = places(start(new StunnelSource.File(file.toString())).errors().stream());
            List<String> theirs = places(errorsOfTheRealOne(file));
            if (!ours.equals(theirs)) {
                differences.add(lines + "\n  ours: " + ours + "\n  stunnel's: " + theirs);
            }
        }
        assertThat(differences).isEmpty();
    }

    /** The errors that have a place; what OpenSSL only says of a command we say ourselves. */
    private static List<String> places(Stream<String> errors) {
        return errors.filter(line -> PLACE.matcher(line).matches())
                .map(line -> line.replaceAll("OpenSSL config command .*", "Failed to initialize TLS context"))
                .toList();
    }

    private static Stream<String> errorsOfTheRealOne(Path file) {
        CommandResult result = CommandResult.of(
                Duration.ofSeconds(20), List.of(StunnelPeer.binary().toString(), file.toString()), new byte[0]);
        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        return result.output().lines().filter(line -> line.startsWith("[!] ")).map(line -> line.substring(4));
    }

    @ParameterizedTest
    @NeedsCommand({"stunnel4", "stunnel"})
    @ValueSource(strings = {"-fd", "-fd nothing", "-fd 99", "-", "--help", "missing.conf", "-HELP", "-sockets"})
    void aCommandLineEndsAsTheRealOnesDoes(String line) throws IOException {
        List<String> arguments = List.of(line.split(" "));
        List<String> command = new ArrayList<>(List.of(StunnelPeer.binary().toString()));
        command.addAll(arguments);
        CommandResult theirs = CommandResult.of(Duration.ofSeconds(20), command, new byte[0]);
        try (Subprocess ours = StunnelProgram.start(directory, arguments.toArray(String[]::new))) {
            assertThat(ours.awaitExit(StunnelProgram.LIMIT)).as(ours.output()).isEqualTo(theirs.exitCode());
            assertThat(ours.lines().stream().filter(each -> each.startsWith("[!] ")))
                    .containsExactlyElementsOf(theirs.output()
                            .lines()
                            .filter(each -> each.startsWith("[!] "))
                            .toList());
        }
    }
}
