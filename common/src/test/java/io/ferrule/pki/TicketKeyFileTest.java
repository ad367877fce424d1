package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.OperatorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TicketKeyFileTest {
    private static final byte[] ONE = fresh();
    private static final byte[] TWO = fresh();

    @TempDir
    private Path dir;

    private Path file(String text) throws Exception {
        Path file = Files.writeString(dir.resolve("tickets"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] fresh() {
        byte[] key = new byte[TicketKeyFile.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static String line(byte[] key) {
        return Base64.getEncoder().encodeToString(key);
    }

    @Test
    void keysAreReadInTheirOrder() throws Exception {
        Path file = file("# shared by all replicas\n\n " + line(ONE) + " # current\r\n" + line(TWO));
        assertThat(TicketKeyFile.read(file)).containsExactly(ONE, TWO);
    }

    @Test
    void everyWrongLineIsToldWithoutItsContent() throws Exception {
        Path file = file(line(ONE) + "\nsecret\n" + line(new byte[47]) + "\n" + line(ONE) + "\n");
        assertThatThrownBy(() -> TicketKeyFile.read(file))
                .isInstanceOfSatisfying(OperatorException.class, e -> assertThat(e.problems())
                        .extracting(Object::toString)
                        .satisfiesExactly(
                                second -> assertThat(second).contains(":2").contains("proxy-server ticket-keys"),
                                third -> assertThat(third).contains(":3").contains("47 bytes, not of 48"),
                                fourth -> assertThat(fourth).contains(":4").contains("twice"))
                        .noneMatch(text -> text.contains("secret")));
    }

    @Test
    void filesThatHoldNoneOrTooManyOrAreNotPrivateAreRefused() throws Exception {
        refused(file("# none yet\n"), "holds no ticket key");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 17; i++) {
            many.append(line(fresh())).append('\n');
        }
        refused(file(many.toString()), "17 ticket keys");
        refused(file("A".repeat(20_000)), "too long");
        refused(dir.resolve("missing"), "there is no such file");
        Path open = file(line(ONE));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        refused(open, "chmod 600");
    }

    private static void refused(Path file, String why) {
        assertThatThrownBy(() -> TicketKeyFile.read(file))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(why);
    }
}
