package io.ferrule.stunnel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a configuration as stunnel does: line by line, each section finished before the next begins, up to the first error. */
public final class StunnelReader {
    private static final int LARGEST_BYTES = 16 << 20;

    private final StunnelHost host;
    private final ServiceCheck check;
    private final StunnelLog log;
    private final boolean tellSyntax;

    private StunnelReader(StunnelHost host, ServiceCheck check, StunnelLog log, boolean tellSyntax) {
        this.host = host;
        this.check = check;
        this.log = log;
        this.tellSyntax = tellSyntax;
    }

    /**
     * Reads and checks a whole configuration. Logs stunnel's lines from {@code Initializing inetd mode configuration} and {@code
     * Reading configuration from file …} to {@code Configuration successful} or {@code Configuration failed}, the error itself and
     * its remedy too. Blocks for files and names.
     *
     * @param check asked about each service at its section's end
     * @throws StunnelException the first error; it has been logged
     */
    public static StunnelConfig read(StunnelSource source, StunnelHost host, ServiceCheck check, StunnelLog log)
            throws StunnelException {
        return new StunnelReader(host, check, log, true).read(source);
    }

    /**
     * Reads it again while it runs: the same, but a file that cannot be opened is no reason to tell how stunnel is called.
     *
     * @throws StunnelException the first error; it has been logged
     */
    public static StunnelConfig reread(StunnelSource source, StunnelHost host, ServiceCheck check, StunnelLog log)
            throws StunnelException {
        return new StunnelReader(host, check, log, false).read(source);
    }

    private StunnelConfig read(StunnelSource source) throws StunnelException {
        String name = name(source);
        say(6, "Initializing inetd mode configuration");
        say(
                5,
                (source instanceof StunnelSource.Descriptor
                                ? "Reading configuration from descriptor "
                                : "Reading configuration from file ")
                        + name);
        ConfigWalk walk = new ConfigWalk(host, check, log);
        try {
            StunnelConfig config = walk.read(name, bytes(source, name));
            say(5, "Configuration successful");
            return config;
        } catch (StunnelException e) {
            say(3, "Configuration failed");
            say(7, "Deallocating temporary section defaults");
            walk.sections().forEach(section -> say(7, "Deallocating section [" + section + "]"));
            throw e;
        }
    }

    /** As errors call it; of a file the real path. */
    private String name(StunnelSource source) throws StunnelException {
        if (source instanceof StunnelSource.Text text) {
            return text.name();
        }
        if (source instanceof StunnelSource.Descriptor descriptor) {
            return descriptor.number();
        }
        String name = ((StunnelSource.File) source).name();
        try {
            return Words.file(name).toRealPath().toString();
        } catch (IOException | Refusal e) {
            StunnelException invalid =
                    new StunnelException("Invalid configuration file name \"" + name + "\"", "there is no such file");
            say(3, invalid.line());
            say(
                    3,
                    "realpath: "
                            + (e instanceof IOException cause ? ErrorText.of(cause) : "No such file or directory (2)"));
            throw invalid;
        }
    }

    private byte[] bytes(StunnelSource source, String name) throws StunnelException {
        if (source instanceof StunnelSource.Text text) {
            return text.text().getBytes(StandardCharsets.UTF_8);
        }
        boolean descriptor = source instanceof StunnelSource.Descriptor;
        if (descriptor && !name.matches("[+-]?[0-9]+")) {
            throw unopened("Invalid file descriptor number", "write -fd and the number of an open descriptor");
        }
        try {
            return bytes(Path.of(descriptor ? "/dev/fd/" + name : name));
        } catch (IOException e) {
            throw unopened("Cannot open configuration file", name + ": " + ErrorText.of(e));
        }
    }

    /**
     * The whole file; what is too large to be a configuration, such as a device without end, is not read to its end.
     *
     * @throws IOException if it cannot be read
     */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_BYTES + 1);
            if (bytes.length > LARGEST_BYTES) {
                throw new IOException("it is larger than 16 MiB");
            }
            return bytes;
        }
    }

    private StunnelException unopened(String reason, String remedy) {
        say(3, reason);
        if (tellSyntax) {
            StunnelTexts.syntax().forEach(line -> say(5, line));
        }
        return new StunnelException(reason, remedy);
    }

    private void say(int level, String text) {
        log.log(level, "ui", text);
    }
}
