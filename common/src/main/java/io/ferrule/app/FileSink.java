package io.ferrule.app;

import io.ferrule.stunnel.LogLine;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;

/** Lines with their time to a file: stunnel's {@code output}. */
final class FileSink implements StunnelSink {
    private final Path file;
    private final boolean append;
    private final ZoneId zone;
    private OutputStream out;

    private FileSink(Path file, boolean append, ZoneId zone, OutputStream out) {
        this.file = file;
        this.append = append;
        this.zone = zone;
        this.out = out;
    }

    /**
     * Opens the file, and makes it if there is none: for the owner to write and the group to read, as stunnel does.
     *
     * @param append false empties it
     */
    static FileSink open(Path file, boolean append, ZoneId zone) throws IOException {
        return new FileSink(file, append, zone, stream(file, append));
    }

    /** Not a channel of java.nio: that one would be closed if the thread that writes is interrupted. */
    private static OutputStream stream(Path file, boolean append) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        } catch (FileAlreadyExistsException asMostly) {
            // A log of before, or a device.
        }
        return new BufferedOutputStream(new FileOutputStream(file.toFile(), append));
    }

    @Override
    public void write(LogLine line) throws IOException {
        out.write((line.stamped(zone) + '\n').getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void reopen() throws IOException {
        OutputStream next = stream(file, append);
        close();
        out = next;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException full) {
            // What was left is lost, and there is no log to tell it.
        }
    }
}
