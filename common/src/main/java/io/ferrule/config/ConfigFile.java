package io.ferrule.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a config file says, not yet judged.
 *
 * @param process what it says of the process
 * @param tunnels at least one
 */
record ConfigFile(Settings process, List<TunnelSettings> tunnels) {
    private static final int LARGEST_BYTES = 1 << 20;

    /** What is known where no file is given: one tunnel of which nothing is said. */
    static final ConfigFile NONE =
            new ConfigFile(Settings.NONE, List.of(new TunnelSettings(TunnelSettings.ONLY, "", "", Settings.NONE)));

    ConfigFile {
        tunnels = List.copyOf(tunnels);
    }

    /**
     * Reads a file; what is wrong with single keys goes to {@code problems}.
     *
     * @param from the flag or variable that named the file
     * @throws OperatorException if it cannot be read at all, or is not YAML
     */
    static ConfigFile read(Role role, String name, String from, List<Problem> problems) throws OperatorException {
        Path path;
        String text;
        try {
            path = Path.of(name);
            text = text(path, name);
        } catch (NoSuchFileException e) {
            throw new OperatorException(from, "there is no file " + name);
        } catch (AccessDeniedException e) {
            throw new OperatorException(from, name + " may not be read by this user");
        } catch (InvalidPathException | IOException e) {
            throw new OperatorException(from, Quoted.of(name) + " cannot be read: " + e.getMessage());
        }
        return new ConfigShape(role, name, path, problems).read(YamlParser.parse(name, text));
    }

    private static String text(Path path, String name) throws IOException, OperatorException {
        if (Files.isDirectory(path)) {
            throw new OperatorException(name, "this is a directory; a YAML file is needed");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(LARGEST_BYTES + 1);
        }
        if (bytes.length > LARGEST_BYTES) {
            throw new OperatorException(name, "it is larger than " + ByteSize.text(LARGEST_BYTES));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new OperatorException(name, "it is not UTF-8 text");
        }
    }
}
