package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinFileTest {
    private static final Pin PIN = Pin.parse("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    private static final Pin OTHER = Pin.parse("sha256/AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

    @TempDir
    Path dir;

    @Test
    void pinIsOneLineThatEverybodyMayRead() throws Exception {
        Path file = dir.resolve("server.pin");
        assertThat(PinFile.write(file, PIN)).isTrue();
        assertThat(Files.readString(file)).isEqualTo(PIN + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(dir.toFile().list()).containsExactly("server.pin");
    }

    @Test
    void pinThatStandsThereIsNotWrittenAgain() throws Exception {
        Path file = Files.writeString(dir.resolve("server.pin"), PIN + "\n");
        FileTime longAgo = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, longAgo);
        assertThat(PinFile.write(file, PIN)).isFalse();
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "sha256/AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"})
    void otherPinAndEmptyFileAreReplaced(String before) throws Exception {
        Path file = Files.writeString(dir.resolve("server.pin"), before);
        assertThat(PinFile.write(file, PIN)).isTrue();
        assertThat(Files.readString(file)).isEqualTo(PIN + "\n");
    }

    @Test
    void severalPinsStandOnLinesAndAreReplacedTogether() throws Exception {
        Path file = dir.resolve("server.pin");
        assertThat(PinFile.write(file, List.of(PIN, OTHER))).isTrue();
        assertThat(file).content().isEqualTo(PIN + "\n" + OTHER + "\n");
        assertThat(PinFile.write(file, List.of(PIN, OTHER))).isFalse();
        PinFile.check(file, List.of(PIN));
        assertThat(PinFile.write(file, OTHER)).isTrue();
        assertThat(file).content().isEqualTo(OTHER + "\n");
        Files.writeString(file, PIN + "\nprecious\n");
        assertThatThrownBy(() -> PinFile.write(file, PIN)).hasMessageContaining("holds something else than a pin");
    }

    @Test
    void whateverIsNoPinIsNotOverwritten() throws Exception {
        Path file = Files.writeString(dir.resolve("server.key"), "precious");
        assertThatThrownBy(() -> PinFile.write(file, PIN))
                .isInstanceOf(OperatorException.class)
                .hasMessage(file + ": holds something else than a pin, and is not overwritten; name another file, or"
                        + " delete this one");
        assertThatThrownBy(() -> PinFile.check(file)).hasMessageContaining("holds something else than a pin");
        assertThat(file).hasContent("precious");
        assertThat(dir.toFile().list()).containsExactly("server.key");
    }

    @Test
    void missingDirectoryIsTold() {
        Path file = dir.resolve("no/server.pin");
        String problem =
                file + ": the pin cannot be written there: its directory does not exist; make that possible, or"
                        + " name another file";
        assertThatThrownBy(() -> PinFile.write(file, PIN)).hasMessage(problem);
        assertThatThrownBy(() -> PinFile.check(file)).hasMessage(problem);
        assertThatThrownBy(() -> PinFile.check(file, List.of(PIN))).hasMessage(problem);
    }

    @Test
    void directoryIsNoPinFile() throws Exception {
        Path directory = Files.createDirectory(dir.resolve("pins"));
        assertThatThrownBy(() -> PinFile.write(directory, PIN))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith(directory + ": the pin cannot be written there: ");
        assertThatThrownBy(() -> PinFile.check(directory)).isInstanceOf(OperatorException.class);
    }

    @Test
    void directoryThatMayNotBeWrittenToIsTold() throws Exception {
        Path locked = Files.createDirectory(dir.resolve("locked"));
        Path file = Files.writeString(locked.resolve("server.pin"), OTHER + "\n");
        assertThat(locked.toFile().setWritable(false)).isTrue();
        assumeFalse(Files.isWritable(locked), "root writes everywhere");
        assertThatThrownBy(() -> PinFile.write(file, PIN)).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> PinFile.check(file, List.of(PIN)))
                .hasMessageContaining("may not write to the directory");
        assertThatCode(() -> PinFile.check(file, List.of(OTHER))).doesNotThrowAnyException();
        assertThat(PinFile.write(file, OTHER)).isFalse();
    }

    @Test
    void checkWritesNothing() throws Exception {
        PinFile.check(dir.resolve("server.pin"));
        PinFile.check(dir.resolve("server.pin"), List.of(PIN));
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    @Timeout(30)
    void readerNeverSeesHalfAPin() throws Exception {
        Path file = dir.resolve("server.pin");
        PinFile.write(file, PIN);
        List<String> seen = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                try {
                    seen.add(Files.readString(file));
                } catch (java.io.IOException e) {
                    seen.add(e.toString());
                }
            }
        });
        reader.start();
        for (int i = 0; i < 100; i++) {
            PinFile.write(file, i % 2 == 0 ? OTHER : PIN);
        }
        done.set(true);
        reader.join();
        assertThat(seen).containsAnyOf(PIN + "\n", OTHER + "\n").isSubsetOf(PIN + "\n", OTHER + "\n");
    }
}
