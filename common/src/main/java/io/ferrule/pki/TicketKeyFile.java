package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A text file of the keys that seal TLS session tickets, shared by replicas: one key a line, Base64 of 48 random bytes (name,
 * HMAC key, AES key). The first line seals, all of them open; blank lines and what follows {@code #} do not count. To rotate, a
 * new key is put below the first everywhere, then moved to the top. Whoever reads it can read recorded connections of TLS 1.2, so
 * it has to be as private as a private key.
 */
public final class TicketKeyFile {
    /** Of one key: a name and two keys of 16 bytes each. */
    public static final int KEY_BYTES = 48;

    /** More are never needed: rotation takes three. */
    public static final int MOST_KEYS = 16;

    private static final int LONGEST_BYTES = 16_384;
    private static final String REMEDY = "; make one with \"openssl rand -base64 48\"";

    private TicketKeyFile() {}

    /**
     * Reads the keys, the one that seals first. Blocks: do not call it on an event loop.
     *
     * @return at least one, of {@link #KEY_BYTES} each
     * @throws OperatorException with every problem: the file cannot be read or is not private, a line is no key, a key or its
     *     name stands there twice
     */
    public static List<byte[]> read(Path path) throws OperatorException {
        byte[] content = bytes(path);
        KeyFileAccess.check(path);
        List<Problem> problems = new ArrayList<>();
        List<byte[]> keys = new ArrayList<>();
        Set<ByteBuffer> names = new HashSet<>();
        String[] lines = new String(content, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        Arrays.fill(content, (byte) 0);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                String problem = add(line, keys, names);
                if (!problem.isEmpty()) {
                    problems.add(new Problem(path + ":" + (i + 1), problem));
                }
            }
        }
        if (problems.isEmpty() && keys.isEmpty()) {
            problems.add(new Problem(path.toString(), "holds no ticket key" + REMEDY));
        }
        if (keys.size() > MOST_KEYS) {
            problems.add(new Problem(
                    path.toString(),
                    "holds " + keys.size() + " ticket keys; more than " + MOST_KEYS + " are not taken"));
        }
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
        return keys;
    }

    /** What is wrong with a line, without its content; empty if nothing is. */
    private static String add(String line, List<byte[]> keys, Set<ByteBuffer> names) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(line);
        } catch (IllegalArgumentException e) {
            return "is not Base64 of " + KEY_BYTES + " bytes" + REMEDY;
        }
        if (key.length != KEY_BYTES) {
            return "is Base64 of " + key.length + " bytes, not of " + KEY_BYTES + REMEDY;
        }
        if (!names.add(ByteBuffer.wrap(key, 0, 16).slice())) {
            return "stands there twice";
        }
        keys.add(key);
        return "";
    }

    private static byte[] bytes(Path path) throws OperatorException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(LONGEST_BYTES + 1);
            if (content.length > LONGEST_BYTES) {
                throw new OperatorException(path.toString(), "is too long to be a file of ticket keys");
            }
            return content;
        } catch (IOException e) {
            throw new OperatorException(path.toString(), "the ticket keys cannot be read: " + reason(path, e));
        }
    }

    private static String reason(Path path, IOException e) {
        return Files.exists(path) ? NewKeyFiles.reason(e) : "there is no such file";
    }

    /** A new key. */
    public static byte[] fresh() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /**
     * Writes the keys so that whoever reads the file sees the old ones or these, and nobody but the owner can. Blocks.
     *
     * @throws OperatorException if it cannot be written; then the file is as it was
     */
    public static void write(Path path, List<byte[]> keys) throws OperatorException {
        StringBuilder text =
                new StringBuilder("# TLS session ticket keys: the first seals, all open. Keep it private.\n");
        keys.forEach(key -> text.append(Base64.getEncoder().encodeToString(key)).append('\n'));
        Path target = path.toAbsolutePath();
        Path aside = target.resolveSibling("." + target.getFileName() + ".new");
        try {
            Files.deleteIfExists(aside);
            create(aside, text.toString().getBytes(StandardCharsets.US_ASCII));
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new OperatorException(path.toString(), "cannot be written: " + NewKeyFiles.reason(e));
        }
    }

    private static void create(Path path, byte[] content) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        try (FileChannel channel = posix
                ? FileChannel.open(
                        path,
                        options,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(path, options)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}
