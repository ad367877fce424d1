package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.OperatorException;
import io.ferrule.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketKeyRotationTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path directory;

    @Test
    void madeFileHoldsTwoDifferentKeysAndIsPrivate() throws Exception {
        Path file = directory.resolve("keys");
        TicketKeyFile.make(file, random);
        assertThat(TicketKeyFile.read(file)).hasSize(2).doesNotHaveDuplicates().allMatch(key -> key.length == 48);
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void rotationBringsTheNextKeyForwardAndKeepsThePrevious() throws Exception {
        Path file = directory.resolve("keys");
        TicketKeyFile.make(file, random);
        List<byte[]> before = TicketKeyFile.read(file);
        TicketKeyFile.rotate(file, random);
        List<byte[]> once = TicketKeyFile.read(file);
        assertThat(once).hasSize(3);
        assertThat(once.get(0)).isEqualTo(before.get(1));
        assertThat(once.get(1)).isNotIn(before.get(0), before.get(1));
        assertThat(once.get(2)).isEqualTo(before.get(0));
        TicketKeyFile.rotate(file, random);
        List<byte[]> twice = TicketKeyFile.read(file);
        assertThat(twice).hasSize(3);
        assertThat(twice.get(0)).isEqualTo(once.get(1));
        assertThat(twice.get(2)).isEqualTo(once.get(0));
    }

    @Test
    void replicaWithTheOldFileKnowsWhatTheOneWithTheNewFileSeals() throws Exception {
        Path file = directory.resolve("keys");
        TicketKeyFile.make(file, random);
        for (int i = 0; i < 5; i++) {
            List<byte[]> old = TicketKeyFile.read(file);
            TicketKeyFile.rotate(file, random);
            List<byte[]> rotated = TicketKeyFile.read(file);
            assertThat(old).as("opens the new one's").contains(rotated.get(0));
            assertThat(rotated).as("opens the old one's").contains(old.get(0));
        }
    }

    @Test
    void rotationKeepsOwnerModeAndLink() throws Exception {
        Path file = directory.resolve("keys");
        TicketKeyFile.make(file, random);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        TicketKeyFile.rotate(link, random);
        assertThat(link).isSymbolicLink();
        assertThat(mode(file)).isEqualTo("r--------");
        assertThat(TicketKeyFile.read(link)).hasSize(3);
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("keys", "link");
    }

    @Test
    void existingFileIsNeverOverwritten() throws Exception {
        Path file = TestCertificate.write(directory.resolve("keys"), "precious");
        assertThatThrownBy(() -> TicketKeyFile.make(file, random))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("exists already");
        assertThatThrownBy(() -> TicketKeyFile.rotate(file, random)).isInstanceOf(OperatorException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void keyOfOneLineOfEveryKindIsReadWithComments() throws Exception {
        String key = Base64.getEncoder().encodeToString(new byte[48]);
        Path file = TestCertificate.write(directory.resolve("keys"), "# first\r\n\r\n  " + key + "  # second\r\n");
        assertThat(TicketKeyFile.read(file)).containsExactly(new byte[48]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2VjcmV0", "c2VjcmV0*", "c2VjcmV0 c2VjcmV0"})
    void wrongLineIsNamedAndNeverQuoted(String line) {
        Path file = TestCertificate.write(directory.resolve("keys"), "# a\n" + line + "\n");
        assertThatThrownBy(() -> TicketKeyFile.read(file))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(file + ":2: is not a ticket key")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void emptyMissingHugeAndReadableOnesAreRefused() throws Exception {
        Path empty = TestCertificate.write(directory.resolve("empty"), "# nothing\n");
        Path huge = TestCertificate.write(directory.resolve("huge"), "#".repeat(70_000));
        Path open = directory.resolve("open");
        TicketKeyFile.make(open, random);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(empty, "holds no ticket key");
        assertRefused(huge, "too large");
        assertRefused(open, "read by every user");
        assertRefused(directory.resolve("none"), "there is no such file");
        assertRefused(directory, "is no file");
    }

    private static void assertRefused(Path file, String why) {
        assertThatThrownBy(() -> TicketKeyFile.read(file))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(why);
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
