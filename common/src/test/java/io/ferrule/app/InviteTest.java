package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.clients.ClientStore;
import io.ferrule.clients.KnownClient;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.Pin;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code invite}, {@code clients}, {@code revoke} and {@code rotate} as typed, and what a client makes of it. */
class InviteTest {
    @TempDir
    Path directory;

    /** What a call answered. */
    private record Answer(ExitCode code, String out, String err) {}

    private Answer type(Role role, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                role,
                "1.2.3",
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                role == Role.SERVER ? Map.of("STATE_DIRECTORY", state().toString()) : Map.of());
        ExitCode code = new Program(shell).execute(words);
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Answer type(String... words) {
        return type(Role.SERVER, words);
    }

    private Path state() {
        return directory.resolve("state");
    }

    private Path file(String name) {
        return directory.resolve(name + ".ferrule");
    }

    private Answer invite(String name, String... more) {
        List<String> words =
                new ArrayList<>(List.of("invite", name, "--out", file(name).toString()));
        words.addAll(List.of(more));
        return type(words.toArray(String[]::new));
    }

    private KnownClient known(String name) throws Exception {
        return new ClientStore(state()).read().find(name).orElseThrow();
    }

    private TunnelConfig client(Path invitation) throws Exception {
        ProcessConfig config =
                ConfigReader.read(Role.CLIENT, Map.of("invitation", List.of(invitation.toString())), Map.of());
        return config.tunnels().get(0);
    }

    private static ServerTrust.Pins trust(TunnelConfig client) {
        return (ServerTrust.Pins) Objects.requireNonNull(client.connect().tls()).trust();
    }

    private Pin pinOf(String certificate) {
        String text = type("pin", state().resolve(certificate).toString()).out();
        return Pin.parse(text.substring(text.indexOf("sha256/")).strip());
    }

    @Test
    void clientMadeBeforeTheServerEverRanKnowsTheServerAndIsKnown() throws Exception {
        Answer answer = invite("orders", "--address", "redis.example:7000", "--expires", "90d");
        assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCode.OK);
        TunnelConfig client = client(file("orders"));
        assertThat(client.connect().target()).hasToString("redis.example:7000");
        assertThat(trust(client).pins()).containsExactly(pinOf("default.crt"));
        assertThat(trust(client).next()).containsExactly(pinOf("default.next.crt"));
        KnownClient known = known("orders");
        assertThat(known.tunnel()).isEqualTo("default");
        assertThat(known.told()).containsExactly(pinOf("default.crt"), pinOf("default.next.crt"));
        assertThat(Duration.between(known.created(), known.until()))
                .isBetween(
                        Duration.ofDays(90).minusMinutes(1), Duration.ofDays(90).plusMinutes(1));
        assertThat(answer.out())
                .contains("until       " + known.until())
                .contains("proxy-client run orders.ferrule")
                .contains(state().resolve("clients").toString())
                .doesNotContain("warning");
    }

    @Test
    void fileIsPrivateAndSaysWhatItIs() throws Exception {
        invite("orders", "--address", "redis.example:7000");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("orders"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file("orders")))
                .startsWith("# Invitation of the client \"orders\" to the Ferrule server at redis.example:7000, until ")
                .contains(
                        "A private key is in this file",
                        "proxy-client run orders.ferrule",
                        "proxy-server revoke orders");
        assertThat(Files.getLastModifiedTime(file("orders")).toInstant()).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void addressNobodyGaveIsAGuessAndSaysSo() throws Exception {
        assertThat(invite("orders").out())
                .contains("connects to " + MachineName.host() + ":46379")
                .contains("warning: the address " + MachineName.host() + ":46379 is a guess");
        assertThat(invite("local", "--listen", "127.0.0.1:7000").out())
                .contains("connects to 127.0.0.1:7000", "warning: 127.0.0.1:7000 leads to this machine itself");
        assertThat(invite("named", "--listen", "10.1.2.3:7000").out())
                .contains("connects to 10.1.2.3:7000")
                .doesNotContain("guess");
        assertThat(invite("host", "--address", "redis.example").out()).contains("connects to redis.example:46379");
    }

    @ParameterizedTest
    @CsvSource({"redis.example:0", "unix:/a", "'a b:1'", ":7", "7000", "redis.example:x"})
    void addressThatNobodyCanConnectToIsRefused(String address) {
        Answer answer = invite("orders", "--address", address);
        assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(answer.err()).contains("--address: \"" + address + "\" is not an address to connect to");
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    invite                        | invite needs a word: NAME
                    invite .hidden                | ".hidden" cannot be a client's name
                    invite a/b                    | "a/b" cannot be a client's name
                    invite a --expires 90         | --expires: "90" is not a number of days such as 90d
                    invite a --expires 0d         | --expires: "0d" is not a number of days
                    invite a --expires 1y         | --expires: "1y" is not a number of days
                    invite a --tunnel other       | there is no tunnel "other", only default
                    revoke                        | revoke needs a word: NAME
                    """)
    void slipsOfTheHandInviteNobody(String line, String complaint) {
        Answer answer = type(line.split(" ", -1));
        assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(answer.err()).startsWith("proxy-server: ").contains(complaint);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void invitationIsNeverOverwrittenAndThenNobodyIsInvited() throws Exception {
        Files.writeString(file("orders"), "precious");
        Answer answer = invite("orders");
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err()).contains("exists already and is never overwritten");
        assertThat(file("orders")).hasContent("precious");
        assertThat(new ClientStore(state()).read().clients()).isEmpty();
    }

    @Test
    void clientThatCannotBeNotedLeavesNoFile() throws Exception {
        Files.createDirectories(state());
        Files.writeString(state().resolve("clients"), "not a directory");
        Answer answer = invite("orders", "--replace");
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err()).contains(state().resolve("clients").toString());
        assertThat(file("orders")).doesNotExist();
    }

    @Test
    void invitationAnewReplacesTheKey() throws Exception {
        invite("orders");
        Pin first = known("orders").pin();
        Files.delete(file("orders"));
        Answer refused = invite("orders");
        assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("orders: is invited already", "--replace");
        assertThat(file("orders")).doesNotExist();
        type("revoke", "orders");
        assertThat(invite("orders").err()).contains("was revoked on");
        assertThat(invite("orders", "--replace").code()).isEqualTo(ExitCode.OK);
        assertThat(known("orders").pin()).isNotEqualTo(first);
        assertThat(known("orders").revoked()).isNull();
    }

    @Test
    void printedInvitationIsAllThatIsOnStdout() throws Exception {
        Answer answer = type("invite", "orders", "--out", "-");
        assertThat(answer.code()).isEqualTo(ExitCode.OK);
        Path copied = Files.writeString(file("copied"), answer.out());
        Files.setPosixFilePermissions(copied, PosixFilePermissions.fromString("rw-------"));
        assertThat(trust(client(copied)).pins()).containsExactly(pinOf("default.crt"));
        assertThat(answer.err()).contains("proxy-client run orders.ferrule").doesNotContain("BEGIN");
        assertThat(known("orders").name()).isEqualTo("orders");
    }

    @Test
    void certificateOfOnesOwnIsPinnedAndHasNoNext() throws Exception {
        var own = TestCertificates.selfSigned("redis.example").writeTo(directory, "own");
        Answer answer = invite(
                "orders",
                "--certificate",
                own.certificate().toString(),
                "--key",
                own.key().toString());
        assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCode.OK);
        assertThat(trust(client(file("orders"))).next()).isEmpty();
        assertThat(state().resolve("default.crt")).doesNotExist();
        Answer rotate = type(
                "rotate",
                "--certificate",
                own.certificate().toString(),
                "--key",
                own.key().toString());
        assertThat(rotate.code()).isEqualTo(ExitCode.USAGE);
        assertThat(rotate.err()).contains("its certificate is one that you gave it", "next-pin");
    }

    @Test
    void tunnelOfManyHasToBeNamed() throws Exception {
        Path config = Files.writeString(
                directory.resolve("server.yaml"),
                "tunnels:\n  red:\n    listen: 10.0.0.1:1001\n    access: invited\n  blue:\n    listen: 10.0.0.1:1002\n"
                        + "    access: anyone\n  green:\n    listen: 10.0.0.1:1003\n    client-pin: sha256/"
                        + "A".repeat(43)
                        + "=\n");
        assertThat(invite("orders", "--config", config.toString()).err())
                .contains("--tunnel: say which tunnel is meant, of red, blue, green");
        assertThat(invite("orders", "--config", config.toString(), "--tunnel", "red")
                        .code())
                .isEqualTo(ExitCode.OK);
        assertThat(known("orders").tunnel()).isEqualTo("red");
        assertThat(client(file("orders")).connect().target()).hasToString("10.0.0.1:1001");
        assertThat(invite("open", "--config", config.toString(), "--tunnel", "blue")
                        .out())
                .contains("warning: the tunnel blue lets anyone connect");
        Answer refused = invite("closed", "--config", config.toString(), "--tunnel", "green");
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("tunnel green: it lets in ", "add \"access: invited\"");
        assertThat(file("closed")).doesNotExist();
    }

    @Test
    void clientsAreListedWithWhatBecameOfThem() throws Exception {
        assertThat(type("clients").out()).startsWith("nobody is invited");
        invite("orders");
        invite("billing");
        type("revoke", "billing");
        new ClientStore(state()).seen("orders", Instant.parse("2030-01-31T12:34:56Z"));
        assertThat(type("clients").out().lines())
                .hasSize(3)
                .anyMatch(line -> line.matches("NAME +TUNNEL +PIN +INVITED +LAST SEEN +EXPIRES +STATE"))
                .anyMatch(line -> line.matches("orders +default +sha256/\\S{8}… .* 2030-01-31 12:34 .* active"))
                .anyMatch(line -> line.matches("billing +default .* never .* revoked \\S+ \\S+"));
        assertThat(type("clients", "--json").out())
                .startsWith("{\"clients\":[{\"name\":\"billing\",\"tunnel\":\"default\",\"pin\":\"sha256/")
                .contains("\"lastSeen\":\"2030-01-31T12:34:56Z\"", "\"state\":\"revoked\"", "\"revoked\":null");
    }

    @Test
    void damagedFileIsToldAndOthersAreListed() throws Exception {
        invite("orders");
        Files.writeString(state().resolve("clients/broken.client"), "x");
        Answer answer = type("clients");
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.out()).contains("orders");
        assertThat(answer.err()).contains("broken.client: it is cut off").contains("not let in");
    }

    @Test
    void revocationNeedsNoValidConfiguration() throws Exception {
        invite("orders");
        Path half = Files.writeString(directory.resolve("server.yaml"), "lisen: 1\naccess: x\n");
        Answer answer = type("revoke", "orders", "--config", half.toString());
        assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCode.OK);
        assertThat(answer.out()).contains("orders is revoked", "end its connections at once");
        assertThat(type("revoke", "orders").out()).contains("orders was revoked already, on ");
        Answer unknown = type("revoke", "ordres");
        assertThat(unknown.code()).isEqualTo(ExitCode.FAILED);
        assertThat(unknown.err()).contains("did you mean \"orders\"?");
    }

    @Test
    void rotationIsPreparedAnnouncedAndDone() throws Exception {
        Answer first = type("rotate");
        assertThat(first.code()).as(first.err()).isEqualTo(ExitCode.OK);
        Pin next = pinOf("default.next.crt");
        assertThat(first.out()).contains("next pin  " + next + " (prepared now)", "next-pin: " + next, "rotate --now");
        assertThat(type("rotate").out()).contains("next pin  " + next + " (prepared earlier)");
        invite("orders");
        Answer done = type("rotate", "--now");
        assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.OK);
        assertThat(pinOf("default.crt")).isEqualTo(next);
        assertThat(done.out()).contains("pin       " + next + " (in force now)").doesNotContain("orders");
        assertThat(type("rotate", "--now").out())
                .contains("These clients were invited before and do not know it", "\n  orders\n");
    }

    @Test
    void rotationThatNothingPreparedIsRefused() throws Exception {
        Answer answer = type("rotate", "--now");
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err()).contains("no next key is prepared", "\"proxy-server rotate\"");
    }

    @Test
    void clientHasNoneOfTheseCommands() {
        for (String command : List.of("invite", "clients", "revoke", "rotate")) {
            assertThat(type(Role.CLIENT, command).err()).contains("unknown command " + command);
        }
    }

    @Test
    void clientTakesTheFileAsAWordOrAnOption() throws Exception {
        invite("orders", "--address", "redis.example:7000");
        String file = file("orders").toString();
        for (List<String> words : List.of(List.of("check", file), List.of("check", "--invitation", file))) {
            Answer answer = type(Role.CLIENT, words.toArray(String[]::new));
            assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCode.OK);
            assertThat(answer.out())
                    .contains(
                            "forwards to  redis.example:7000, TLS",
                            known("orders").pin().toString());
        }
        assertThat(type(Role.CLIENT, "check", file, "--invitation", file).err()).contains("--invitation: given twice");
    }
}
