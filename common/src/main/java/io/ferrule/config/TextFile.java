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
import java.util.Optional;

/** Reads text files of a bounded size that a flag or a variable names. */
final class TextFile {
    private TextFile() {}

    /** The file of this name, absolute; empty if none can have it. */
    static Optional<Path> path(String name) {
        try {
            return Optional.of(Path.of(name).toAbsolutePath());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * The whole text, without a byte order mark.
     *
     * @param name the file as it was named
     * @param from the flag or variable that named it
     * @throws OperatorException if there is no such file, or it cannot be read, is too large, or is not UTF-8
     */
    static String read(String name, String from, int largestBytes) throws OperatorException {
        try {
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw new OperatorException(from, name + " is a directory; a file is needed");
            }
            return decode(bytes(path, name, from, largestBytes));
        } catch (NoSuchFileException e) {
            throw new OperatorException(from, "there is no file " + name);
        } catch (AccessDeniedException e) {
            throw new OperatorException(from, name + " may not be read by this user");
        } catch (CharacterCodingException e) {
            throw new OperatorException(from, name + " is not UTF-8 text");
        } catch (InvalidPathException | IOException e) {
            throw new OperatorException(from, Quoted.of(name) + " cannot be read: " + e.getMessage());
        }
    }

    /** No more than needed to see that it is too large: it may be endless. */
    private static byte[] bytes(Path path, String name, String from, int largestBytes)
            throws IOException, OperatorException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(largestBytes + 1);
            if (bytes.length > largestBytes) {
                throw new OperatorException(from, name + " is larger than " + ByteSize.text(largestBytes));
            }
            return bytes;
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
