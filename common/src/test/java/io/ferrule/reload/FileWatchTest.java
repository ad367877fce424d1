package io.ferrule.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes of real files, as editors, package managers, certbot and Kubernetes make them. */
@Timeout(60)
class FileWatchTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final FileWatch.Timing BY_EVENTS =
            new FileWatch.Timing(Duration.ofMillis(50), Duration.ofMillis(500), NEVER);

    @TempDir
    Path directory;

    private final AtomicInteger changes = new AtomicInteger();
    private int noticed;
    private FileWatch watch = FileWatch.start(BY_EVENTS, changes::incrementAndGet);

    @AfterEach
    void close() {
        watch.close();
    }

    private void watch(Path... files) {
        watch.watch(FileLook.at(Set.of(files)));
    }

    /** A file that is written in place may be seen empty first, and then once more. */
    private void isNoticed() {
        await("a change").atMost(Duration.ofSeconds(20)).until(() -> changes.get() > noticed);
        noticed = changes.get();
    }

    private void replace(Path file, String text) throws IOException {
        Path aside = Files.createTempFile(directory.toAbsolutePath().getParent(), "aside", ".tmp");
        Files.move(Files.writeString(aside, text), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void fileWrittenInPlaceIsNoticed() throws Exception {
        Path file = file("a.yaml", "1");
        watch(file);
        Files.writeString(file, "2");
        isNoticed();
        Files.writeString(file, "3");
        isNoticed();
    }

    @Test
    void fileReplacedAsEditorsDoItIsNoticed() throws Exception {
        Path file = file("a.yaml", "1");
        watch(file);
        Files.move(file("a.yaml.tmp", "2"), file, StandardCopyOption.REPLACE_EXISTING);
        isNoticed();
    }

    @Test
    void sameSizeAndDateDoNotHideAChange() throws Exception {
        Path file = file("a.yaml", "1");
        FileTime date = Files.getLastModifiedTime(file);
        watch(file);
        Path other = file("a.yaml.tmp", "2");
        Files.setLastModifiedTime(other, date);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        isNoticed();
    }

    @Test
    void fileThatBecomesReadableIsNoticed() throws Exception {
        Path file = file("a.key", "1");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        watch(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        isNoticed();
    }

    @Test
    void volumeOfKubernetesIsNoticedWhenItsLinkIsSwapped() throws Exception {
        Path first = Files.createDirectory(directory.resolve("..2026_01"));
        Files.writeString(first.resolve("tls.crt"), "1");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_01"));
        Path file = Files.createSymbolicLink(directory.resolve("tls.crt"), Path.of("..data/tls.crt"));
        watch(file);
        for (int i = 2; i < 5; i++) {
            Path next = Files.createDirectory(directory.resolve("..2026_0" + i));
            Files.writeString(next.resolve("tls.crt"), "1"); // even the same content: the link is what has changed
            Path swap = Files.createSymbolicLink(directory.resolve("..data_tmp"), next.getFileName());
            Files.move(swap, directory.resolve("..data"), StandardCopyOption.REPLACE_EXISTING);
            isNoticed();
        }
    }

    @Test
    void linkOfCertbotIsNoticed() throws Exception {
        Path archive = Files.createDirectories(directory.resolve("archive/a"));
        Path live = Files.createDirectories(directory.resolve("live/a"));
        Files.writeString(archive.resolve("cert1.pem"), "1");
        Files.writeString(archive.resolve("cert2.pem"), "2");
        Path link = Files.createSymbolicLink(live.resolve("cert.pem"), Path.of("../../archive/a/cert1.pem"));
        watch(link);
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("../../archive/a/cert2.pem"));
        isNoticed();
        Files.writeString(archive.resolve("cert2.pem"), "3");
        isNoticed();
    }

    @Test
    void directoryThatVanishesAndComesBackIsNoticed() throws Exception {
        Path within = Files.createDirectory(directory.resolve("within"));
        Path file = Files.writeString(within.resolve("a"), "1");
        watch(file);
        Files.delete(file);
        Files.delete(within);
        isNoticed();
        Files.createDirectory(within);
        Files.writeString(file, "2");
        await().atMost(Duration.ofSeconds(20)).until(() -> changes.get() >= 2);
        int before = changes.get();
        Files.writeString(file, "3");
        await().atMost(Duration.ofSeconds(20)).until(() -> changes.get() > before);
    }

    @Test
    void entriesOfADirectoryCountButNotHiddenOnes() throws Exception {
        Path clients = Files.createDirectory(directory.resolve("clients"));
        watch(clients);
        Files.writeString(clients.resolve(".half"), "1");
        Files.move(clients.resolve(".half"), clients.resolve("one.crt"));
        isNoticed();
        FileLook look = FileLook.at(Set.of(clients));
        Files.writeString(clients.resolve(".lock"), "");
        assertThat(FileLook.at(Set.of(clients))).isEqualTo(look);
        Files.delete(clients.resolve("one.crt"));
        isNoticed();
    }

    @Test
    void aSecondChangeAtTheSameMomentIsSeen() throws Exception {
        Path file = file("a.yaml", "1");
        for (int i = 0; i < 200; i++) { // mostly within one turn of the kernel's clock
            Files.writeString(file, "1");
            FileLook look = FileLook.at(Set.of(file));
            Files.writeString(file, "2");
            assertThat(look.again()).isNotEqualTo(look);
            FileLook later = look.again();
            assertThat(later.again()).isEqualTo(later);
        }
    }

    @Test
    void othersInTheSameDirectoryDoNotCount() throws Exception {
        Path file = file("a", "1");
        watch(file);
        file("other.log", "x");
        replace(file, "2");
        isNoticed();
        assertThat(changes).hasValue(1);
    }

    @Test
    void changeBeforeTheWatchBeganIsNoticed() throws Exception {
        Path file = file("a", "1");
        FileLook before = FileLook.at(Set.of(file));
        Files.writeString(file, "2");
        watch.watch(before);
        isNoticed();
    }

    @Test
    void withoutEventsFilesAreLookedAtFromTimeToTime() throws Exception {
        watch.close();
        watch = FileWatch.start(
                new FileWatch.Timing(Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofMillis(100)),
                changes::incrementAndGet);
        Path moved = Files.createDirectory(directory.resolve("moved"));
        Path file = Files.writeString(moved.resolve("a"), "1");
        watch(file);
        // A directory that is moved away tells nobody (inotify(7): IN_MOVE_SELF is not asked for).
        Files.move(moved, directory.resolve("away"));
        isNoticed();
    }

    @Test
    void linksThatLeadInACircleEnd() throws Exception {
        Path one = directory.resolve("one");
        Path two = Files.createSymbolicLink(directory.resolve("two"), one);
        Files.createSymbolicLink(one, two);
        assertThat(FileLook.at(Set.of(one))).isEqualTo(FileLook.at(Set.of(one)));
    }
}
