package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
    private static final CertificateMaker MAKER = new CertificateMaker(Clock.systemUTC(), new SecureRandom());

    @TempDir
    Path state;

    private Pin first = Pin.parse("sha256/" + "A".repeat(43) + "=");

    @BeforeEach
    void makeTheFirst() throws Exception {
        StateCertificate.findOrMake(state, "redis", List.of("localhost"), MAKER);
        first = current().pin();
    }

    private KeyRotation rotation() {
        return new KeyRotation(state, "redis", List.of("localhost"), MAKER);
    }

    private KeyMaterial current() throws OperatorException {
        return load("redis");
    }

    private KeyMaterial load(String name) throws OperatorException {
        return KeyMaterial.load(new KeyFiles(state.resolve(name + ".crt"), state.resolve(name + ".key")));
    }

    @Test
    void nextIsPreparedOnceAndChangesNothing() throws Exception {
        assertThat(rotation().next()).isEmpty();
        KeyMaterial next = rotation().prepare();
        assertThat(next.pin()).isNotEqualTo(first);
        assertThat(rotation().prepare()).isEqualTo(next);
        assertThat(rotation().next()).contains(next);
        assertThat(current().pin()).isEqualTo(first);
    }

    @Test
    void rotationPutsTheNextInForceKeepsTheOldAndPreparesAnother() throws Exception {
        KeyMaterial next = rotation().prepare();
        KeyRotation.Rotated rotated = rotation().rotate();
        assertThat(current()).isEqualTo(next);
        assertThat(rotated.now()).isEqualTo(next);
        assertThat(load("redis.previous").pin()).isEqualTo(first);
        assertThat(rotated.before().pin()).isEqualTo(first);
        assertThat(rotation().next()).contains(rotated.next());
        assertThat(rotated.next().pin()).isNotIn(first, next.pin());
        rotation().rotate();
        assertThat(current()).isEqualTo(rotated.next());
        assertThat(load("redis.previous")).isEqualTo(next);
    }

    @Test
    void everyKeyIsReadableByItsOwnerOnly() throws Exception {
        rotation().prepare();
        rotation().rotate();
        for (String name : List.of("redis.key", "redis.next.key", "redis.previous.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void nothingIsRotatedThatNobodyCouldKnow() {
        assertThatThrownBy(() -> rotation().rotate())
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("no next key is prepared");
    }

    @Test
    void bothKeysFitTheCertificatesOfTheMomentBetween() throws Exception {
        KeyMaterial next = rotation().prepare();
        Path crt = state.resolve("redis.crt");
        Files.writeString(crt, Files.readString(state.resolve("redis.next.crt")) + Files.readString(crt));
        assertThat(current().pin()).as("cut off before the key").isEqualTo(first);
        assertThat(rotation().rotate().now()).as("done again").isEqualTo(next);
        assertThat(load("redis.previous").pin()).isEqualTo(first);
    }

    @Test
    void rotationCutOffBeforeItPreparedAnotherLeavesNoStaleNext() throws Exception {
        KeyMaterial next = rotation().prepare();
        Files.copy(
                state.resolve("redis.next.crt"),
                state.resolve("redis.crt"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                state.resolve("redis.next.key"),
                state.resolve("redis.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(current()).isEqualTo(next);
        assertThat(rotation().next()).isEmpty();
        assertThat(rotation().prepare().pin()).isNotEqualTo(next.pin());
    }

    @Test
    void preparationThatWasCutOffIsMadeAnew() throws Exception {
        rotation().prepare();
        Files.delete(state.resolve("redis.next.crt"));
        assertThat(rotation().next()).isEmpty();
        assertThat(rotation().prepare()).isEqualTo(load("redis.next"));
    }
}
