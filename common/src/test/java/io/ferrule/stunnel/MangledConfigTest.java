package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are broken by accident or on purpose end in one error with its place, and it is the one that stunnel finds. */
@Timeout(300)
class MangledConfigTest {
    private static final String GOOD =
            """
            ; comment
            debug = daemon.info
            syslog = no
            pid =
            options = NO_TICKET
            socket = l:TCP_NODELAY=1
            TIMEOUTidle = 300

            [server]
            accept = 127.0.0.1:7001
            connect = 127.0.0.1:7002
            connect = 7003
            cert = CERT
            TIMEOUTclose = 0
            verify = 2
            CAfile = CERT
            failover = rr

            [client]
            client = yes
            accept = 127.0.0.1:7004
            connect = 127.0.0.1:7005
            verifyChain = yes
            CAfile = CERT
            checkHost = localhost
            sslVersionMin = TLSv1.2
            """;

    private static final Pattern PLACE =
            Pattern.compile("(?s)(.+:[1-9]\\d*: \".*|Service \\[.*]: \\S.*|Global options: \\S.*|Inetd mode: \\S.*"
                    + "|Cannot open configuration file)");

    @TempDir
    private Path dir;

    private String good = GOOD;

    @BeforeEach
    void withACertificateToName() {
        good = GOOD.replace("CERT", Reading.write(dir.resolve("cert.pem"), "").toString());
    }

    @Test
    void fileThatIsMangledIsGood() {
        assertThat(Reading.of(good).config().services()).hasSize(2);
    }

    @Test
    void charactersThatChangeLeadToNothingButAnErrorWithItsPlace() {
        Random random = new Random(11);
        for (int i = 0; i < 3000; i++) {
            assertToldWithItsPlace(mangled(good, random, "\t\r\n\0[]=;#:-.,0a~\u0001\u0085é\uFEFF\uD800"));
        }
    }

    @Test
    void linesThatMoveLeadToNothingButAnErrorWithItsPlace() {
        Random random = new Random(12);
        for (int i = 0; i < 2000; i++) {
            assertToldWithItsPlace(shuffled(good, random));
        }
    }

    @Test
    void everyOptionWithEveryOddValueLeadsToNothingButAnErrorWithItsPlace() {
        List<String> values = List.of(
                "",
                " ",
                "=",
                "0",
                "-1",
                "99999999999999999999",
                "yes",
                "no",
                "%s%n",
                "\uD800",
                "a:b:c",
                ":",
                "::",
                "/",
                "/dev/null",
                "x".repeat(16_000),
                "\u0007",
                "*",
                "[",
                "${jndi:ldap://x}",
                ".",
                "..",
                "a.b",
                "!",
                "+",
                "-NO_TICKET",
                "a:=",
                "l:=");
        for (StunnelOption option : StunnelOption.all()) {
            for (String value : values) {
                assertToldWithItsPlace(option.name() + " = " + value + "\n" + good);
                assertToldWithItsPlace(good + option.name() + " = " + value + "\n");
            }
        }
    }

    @Test
    void randomBytesLeadToNothingButAnErrorWithItsPlace() throws Exception {
        Random random = new Random(13);
        Path file = dir.resolve("binary.conf");
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(40_000)];
            random.nextBytes(bytes);
            Files.write(file, bytes);
            assertThat(Reading.file(file).error().line()).matches(PLACE);
        }
    }

    /** The last line is always wrong, so that the real one never begins to listen. */
    @NeedsCommand({"stunnel4", "stunnel"})
    @Test
    void errorIsTheOneThatTheRealStunnelFinds() throws Exception {
        TestCertificates.selfSigned("localhost").writeJoinedTo(dir, "cert");
        Random random = new Random(14);
        int compared = 0;
        for (int i = 0; i < 150; i++) {
            String text = i % 2 == 0 ? mangled(good, random, "\t\n[]=;#:-0a~") : shuffled(good, random);
            Path file = Files.writeString(dir.resolve("m.conf"), text + "\nthe end\n", StandardCharsets.UTF_8);
            Reading ours = Reading.file(file);
            if (!ours.error().line().endsWith("Cannot resolve connect target")) { // stunnel waits for what can never be
                assertThat(comparable(ours.errors())).as(text).isEqualTo(comparable(errorsOfTheRealOne(file)));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(100);
    }

    /** Those that only newer stunnels have, and those about what OpenSSL loads. */
    private static final Set<String> APART = Set.of(
            "CAstore",
            "OCSPrequire",
            "TIMEOUTocsp",
            "provider",
            "providerParameter",
            "setEnv",
            "retry",
            "engine",
            "CAengine",
            "config");

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @ValueSource(strings = {"", "7", "a:b"})
    void oddValueIsJudgedAsTheRealStunnelJudgesIt(String value) throws Exception {
        Path file = dir.resolve("m.conf");
        for (StunnelOption option : StunnelOption.all()) {
            if (APART.contains(option.name()) || (option.name() + value).equals("include")) {
                continue;
            }
            Files.writeString(
                    file,
                    """
                    [s]
                    client = yes
                    accept = 127.0.0.1:7001
                    connect = 127.0.0.1:7002
                    %s = %s
                    [t]
                    the end
                    """
                            .formatted(option.name(), value));
            assertThat(comparable(Reading.file(file).errors()))
                    .as(option.name())
                    .isEqualTo(comparable(errorsOfTheRealOne(file)));
        }
    }

    private static List<String> errorsOfTheRealOne(Path file) {
        String stunnel = CommandResult.find("stunnel4")
                .or(() -> CommandResult.find("stunnel"))
                .orElseThrow()
                .toString();
        CommandResult result = CommandResult.of(Duration.ofSeconds(30), List.of(stunnel, file.toString()), new byte[0]);
        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        return result.output()
                .lines()
                .filter(line -> line.startsWith("[!] "))
                .map(line -> line.substring("[!] ".length()))
                .toList();
    }

    /** Without what OpenSSL and the resolver say in words of their own. */
    private static List<String> comparable(List<String> errors) {
        return errors.stream()
                .filter(line -> !line.matches("(error queue|[A-Z]\\w*_\\w+: |No trusted certificates).*"))
                .map(Words::printable) // as a sink does
                .map(line -> line.replaceFirst("^Error resolving (\"[^\"]*\").*", "Error resolving $1"))
                .toList();
    }

    private static void assertToldWithItsPlace(String text) {
        Reading reading;
        try {
            reading = Reading.of(text);
        } catch (RuntimeException | StackOverflowError e) {
            fail("with this file:\n" + text, e);
            return;
        }
        if (reading.lines().contains("3[ui]: Configuration failed")) {
            assertThat(reading.error().line()).as(text).matches(PLACE).doesNotContain("Exception", "\n");
        } else {
            assertThat(reading.config().services()).as(text).isNotEmpty();
        }
    }

    private static String mangled(String good, Random random, String alphabet) {
        StringBuilder text = new StringBuilder(good);
        for (int edits = random.nextInt(5); edits >= 0; edits--) {
            int at = random.nextInt(text.length());
            char c = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, c);
                case 1 -> text.insert(at, c);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString();
    }

    private static String shuffled(String good, Random random) {
        List<String> lines = new ArrayList<>(good.lines().toList());
        for (int edits = random.nextInt(4); edits >= 0; edits--) {
            String line = lines.remove(random.nextInt(lines.size()));
            if (random.nextBoolean()) {
                lines.add(random.nextInt(lines.size()), line);
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
