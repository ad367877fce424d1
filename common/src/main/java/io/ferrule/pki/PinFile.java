package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of pins, one a line: those of a tunnel's certificates, from which those who are to trust it read it. Whoever reads it
 * sees an old pin or the new one, never half of one. Everybody may read it: a pin is no secret.
 */
public final class PinFile {
    private static final int LONGEST_BYTES = 1024;

    private PinFile() {}

    /**
     * Writes the pin unless it stands there already. A file that holds something else than a pin is never overwritten: it
     * was named by mistake. Blocks: do not call it on an event loop.
     *
     * @return true if it was written, false if it stood there
     * @throws OperatorException if it cannot be written; then the file is as it was
     */
    public static boolean write(Path file, Pin pin) throws OperatorException {
        return write(file, List.of(pin));
    }

    /**
     * The same with several pins.
     *
     * @throws OperatorException as {@link #write(Path, Pin)}
     */
    public static boolean write(Path file, List<Pin> pins) throws OperatorException {
        Path absolute = file.toAbsolutePath();
        try {
            String found = read(absolute);
            if (found.equals(lines(pins))) {
                return false;
            }
            refuseForeign(file, found);
            replace(absolute, lines(pins));
            return true;
        } catch (IOException e) {
            throw unwritable(file, NewKeyFiles.reason(e));
        }
    }

    /**
     * Tells what {@link #write} would end with, and writes nothing.
     *
     * @throws OperatorException if the directory is missing or not writable, or the file is there and is no pin
     */
    public static void check(Path file) throws OperatorException {
        Path directory = directory(file.toAbsolutePath());
        if (!Files.isDirectory(directory)) {
            throw unwritable(file, "its directory does not exist");
        }
        try {
            refuseForeign(file, read(file));
        } catch (IOException e) {
            throw unwritable(file, NewKeyFiles.reason(e));
        }
        if (!Files.isWritable(directory)) {
            throw unwritable(
                    file, "user " + System.getProperty("user.name") + " may not write to the directory " + directory);
        }
    }

    /**
     * The same where the pins are known already: those that stand in the file need not be written.
     *
     * @throws OperatorException as {@link #check(Path)}
     */
    public static void check(Path file, List<Pin> pins) throws OperatorException {
        try {
            if (read(file).equals(lines(pins))) {
                return;
            }
        } catch (IOException e) {
            // said below
        }
        check(file);
    }

    private static String lines(List<Pin> pins) {
        return pins.stream().map(pin -> pin + "\n").collect(Collectors.joining());
    }

    /** What stands there, or its beginning; empty if there is no file. */
    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST_BYTES), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static void refuseForeign(Path file, String found) throws OperatorException {
        try {
            if (!found.isBlank()) {
                found.strip().lines().forEach(Pin::parse);
            }
        } catch (IllegalArgumentException notAPin) {
            throw new OperatorException(
                    file.toString(),
                    "holds something else than a pin, and is not overwritten; name another file, or delete this one");
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path directory = directory(file);
        Path fresh = Files.createTempFile(directory, "." + file.getFileName(), ".new");
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (Files.getFileStore(fresh).supportsFileAttributeView("posix")) {
                // Not given at creation, where a umask would take bits away.
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static Path directory(Path absolute) {
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }

    private static OperatorException unwritable(Path file, String reason) {
        return new OperatorException(
                file.toString(),
                "the pin cannot be written there: " + reason + "; make that possible, or name another file");
    }
}
