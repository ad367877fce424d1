package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.OperatorException;
import io.ferrule.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
