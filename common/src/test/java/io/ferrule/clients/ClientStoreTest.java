package io.ferrule.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.testing.ChildJvm;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientStoreTest {
    private static final Instant NOW = Instant.parse("2030-01-31T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(86_400);

    @TempDir
    Path state;

    private ClientStore store() {
        return new ClientStore(state);
    }

    static Pin pin(int number) {
        byte[] digest = new byte[32];
        digest[0] = (byte) number;
        return Pin.parse("sha256/" + Base64.getEncoder().encodeToString(digest));
    }

    static KnownClient client(String name, int key) {
        return new KnownClient(name, pin(key), "default", NOW, LATER, null, List.of(pin(100), pin(101)));
    }

    private Path file(String name) {
        return state.resolve("clients").resolve(name + ".client");
    }

    @Test
    void nobodyIsInvitedWhereNothingIs() throws Exception {
        assertThat(store().read().clients()).isEmpty();
        assertThat(new ClientStore(state.resolve("no/such")).read().invited()).isEmpty();
    }

    @Test
    void clientReadsBackAsItWasAdded() throws Exception {
        store().add(client("orders", 1), false);
        store().add(client("A-b_c.9", 2), false);
        assertThat(store().read().problems()).isEmpty();
        assertThat(store().read().clients()).containsExactlyInAnyOrder(client("A-b_c.9", 2), client("orders", 1));
        assertThat(store().read().invited()).contains(new InvitedClients.Client("orders", pin(1), "default", LATER));
    }

    @Test
    void nobodyElseMayReadThem() throws Exception {
        store().add(client("orders", 1), false);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("orders"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store().directory())))
                .isEqualTo("rwx------");
    }

    @Test
    void whatRootWritesBelongsToTheOwnerOfTheDirectory() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
        Path given = Files.createDirectory(state.resolve("given"));
        Files.setAttribute(given, "unix:uid", 65_534);
        ClientStore store = new ClientStore(given);
        store.add(client("orders", 1), false);
        store.seen("orders", NOW);
        for (Path each : List.of(
                store.directory(),
                store.directory().resolve("orders.client"),
                store.directory().resolve(".orders.seen"),
                store.directory().resolve(".lock"))) {
            assertThat(Files.getAttribute(each, "unix:uid")).as(each.toString()).isEqualTo(65_534);
        }
    }

    @Test
    void nameIsInvitedOnceUnlessItIsReplaced() throws Exception {
        store().add(client("orders", 1), false);
        assertThatThrownBy(() -> store().add(client("orders", 2), false))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("orders: is invited already, since 2030-01-31T12:00:00Z")
                .hasMessageContaining("--replace");
        assertThat(store().read().clients()).containsExactly(client("orders", 1));
        store().seen("orders", NOW);
        store().add(client("orders", 2), true);
        assertThat(store().read().clients()).containsExactly(client("orders", 2));
        assertThat(store().lastSeen("orders")).as("the new key").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".hidden", "..", "a/b", "a b", "ключ", "a\nb", "x\u0000"})
    void whatCouldLeadOutOfTheDirectoryIsNoName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client(name, 1))
                .withMessageContaining("cannot be a client's name");
    }

    @Test
    void nameHasAtMost64Characters() {
        assertThat(client("x".repeat(64), 1).name()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> client("x".repeat(65), 1));
    }

    @Test
    void revokedClientIsKeptButNotInvited() throws Exception {
        store().add(client("orders", 1), false);
        assertThat(store().revoke("orders", NOW)).isEmpty();
        assertThat(store().revoke("orders", LATER)).as("the first time counts").contains(NOW);
        assertThat(store().read().invited()).isEmpty();
        assertThat(store().read().clients()).singleElement().satisfies(client -> assertThat(client.state(NOW))
                .isEqualTo(KnownClient.State.REVOKED));
    }

    @Test
    void unknownNameToRevokeIsToldWithTheNearestOne() throws Exception {
        assertThatThrownBy(() -> store().revoke("orders", NOW)).hasMessageContaining("holds none");
        store().add(client("orders", 1), false);
        assertThatThrownBy(() -> store().revoke("ordres", NOW))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("no client \"ordres\"")
                .hasMessageContaining("did you mean \"orders\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    revoked:            | revokd:                       | is not understood
                    revoked:            | # revoked:                    | does not say revoked
                    revoked:            | revoked: yesterday            | revoked is not a time
                    until: 2030         | until: x                      | until is not a time
                    name: orders        | name: other                   | a client of another name
                    pin: sha256/        | pin: sha1/                    | is not a pin
                    tunnel: default     | tunnel                        | is not understood
                    format: 1           | format: 2                     | this program understands 1
                    tunnel: default     | tunnel: default%ntunnel: a    | says tunnel again
                    """)
    void brokenFileIsNamedAndLetsNobodyInWhileOthersStay(String good, String bad, String complaint) throws Exception {
        store().add(client("orders", 1), false);
        store().add(client("billing", 2), false);
        String text = Files.readString(file("orders"));
        assertThat(text).contains(good);
        Files.writeString(file("orders"), text.replace(good, bad.replace("%n", "\n")));
        assertBroken(complaint);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 150, 250})
    void fileThatIsCutOffLetsNobodyIn(int length) throws Exception {
        store().add(client("orders", 1), false);
        store().add(client("billing", 2), false);
        String text = Files.readString(file("orders"));
        Files.writeString(file("orders"), text.substring(0, length));
        assertBroken("");
    }

    @Test
    void hugeFileAndBinaryFileLetNobodyIn() throws Exception {
        store().add(client("billing", 2), false);
        Files.write(file("orders"), new byte[1 << 20]);
        assertBroken("too large");
        Files.write(file("orders"), new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        assertBroken("not UTF-8");
    }

    private void assertBroken(String complaint) throws OperatorException {
        ClientStore.Contents contents = store().read();
        assertThat(contents.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.where()).isEqualTo(file("orders").toString());
            assertThat(problem.message()).contains(complaint).contains("the client is not let in");
        });
        assertThat(contents.invited()).extracting(InvitedClients.Client::name).containsExactly("billing");
    }

    @Test
    void copiedFileLetsNeitherOfTheTwoIn() throws Exception {
        store().add(client("orders", 1), false);
        Files.writeString(file("copy"), Files.readString(file("orders")).replace("name: orders", "name: copy"));
        store().revoke("orders", NOW);
        assertThat(store().read().invited()).isEmpty();
        assertThat(store().read().problems()).hasSize(1);
    }

    @Test
    void directoryThatCannotBeReadIsAnErrorAndNotAnEmptyOne() throws Exception {
        Files.writeString(state.resolve("clients"), "");
        assertThatThrownBy(() -> store().read())
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(state.resolve("clients").toString());
    }

    @Test
    void lastSeenIsNotedWithoutTouchingWhatSaysWhoIsInvited() throws Exception {
        store().add(client("orders", 1), false);
        assertThat(store().lastSeen("orders")).isEmpty();
        byte[] before = Files.readAllBytes(file("orders"));
        store().seen("orders", NOW);
        store().seen("orders", LATER);
        assertThat(store().lastSeen("orders")).contains(LATER);
        assertThat(file("orders")).hasBinaryContent(before);
        try (var files = Files.list(store().directory())) {
            assertThat(files.filter(ClientStore::isAboutClients)).containsExactly(file("orders"));
        }
    }

    @Test
    void commandsAtTheSameTimeInviteOneEach() throws Exception {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                List<String> command = ChildJvm.command(OneInvite.class, List.of());
                command.addAll(List.of(state.toString(), Integer.toString(i)));
                processes.add(
                        new ProcessBuilder(command).redirectErrorStream(true).start());
            }
            for (Process process : processes) {
                assertThat(process.getInputStream().read()).isEqualTo('r');
            }
            for (Process process : processes) {
                process.getOutputStream().write('g');
                process.getOutputStream().flush();
            }
            List<String> outcomes = new ArrayList<>();
            for (Process process : processes) {
                try (InputStream out = process.getInputStream()) {
                    outcomes.add(new String(out.readAllBytes(), StandardCharsets.UTF_8));
                }
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(outcomes).containsExactlyInAnyOrder("added", "refused", "refused");
            assertThat(store().read().clients()).hasSize(4);
            assertThat(store().read().problems()).isEmpty();
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** One of the processes: says that it is ready, waits for the word, invites one of its own and one that all invite. */
    static final class OneInvite {
        public static void main(String[] args) throws Exception {
            System.out.print('r');
            System.out.flush();
            if (System.in.read() == 'g') {
                int number = Integer.parseInt(args[1]);
                ClientStore store = new ClientStore(Path.of(args[0]));
                store.add(client("own-" + number, number), false);
                try {
                    store.add(client("orders", 10 + number), false);
                    System.out.print("added");
                } catch (OperatorException e) {
                    System.out.print("refused");
                }
            }
        }
    }
}
