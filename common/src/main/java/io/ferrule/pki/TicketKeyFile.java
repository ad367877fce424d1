package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
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
    private static final String REMEDY = "; \"proxy-server ticket-keys\" makes such a file";

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

    /**
     * Makes a file that is not there yet, readable by its owner only: a key that seals, and the next one.
     *
     * @throws OperatorException if there is one, or it cannot be written
     */
    public static void make(Path file, SecureRandom random) throws OperatorException {
        NewKeyFiles.createPrivate(file, text(List.of(fresh(random), fresh(random))));
    }

    /**
     * Lets the next key seal from now on, makes another next one, and keeps the one that sealed until now, so that tickets given
     * before are still good. Owner and mode stay as they are.
     *
     * @throws OperatorException if the file cannot be read or written; then it is as it was
     */
    public static void rotate(Path file, SecureRandom random) throws OperatorException {
        List<byte[]> keys = read(file);
        byte[] next = keys.size() > 1 ? keys.get(1) : fresh(random);
        replace(file, text(List.of(next, fresh(random), keys.get(0))));
    }

    private static byte[] fresh(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    private static byte[] text(List<byte[]> keys) {
        List<String> what = List.of("# seals new session tickets", "# the next one", "# the previous one");
        StringBuilder text =
                new StringBuilder("# Keys of TLS session tickets: keep them as private as a private key.\n");
        for (int i = 0; i < keys.size(); i++) {
            text.append(what.get(i))
                    .append('\n')
                    .append(Base64.getEncoder().encodeToString(keys.get(i)))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void replace(Path file, byte[] content) throws OperatorException {
        try {
            Path real = file.toRealPath(); // a link stays one
            Path directory = real.getParent();
            // The JDK makes it with 0600, whatever the umask.
            Path fresh = Files.createTempFile(directory, "." + real.getFileName(), ".new");
            try {
                try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.wrap(content);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
                sameOwnerAndMode(real, fresh);
                Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new OperatorException(file.toString(), "cannot be written: " + NewKeyFiles.reason(e));
        }
    }

    private static void sameOwnerAndMode(Path from, Path to) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(to, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return;
        }
        PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributes has = view.readAttributes();
        if (!has.group().equals(wanted.group())) {
            view.setGroup(wanted.group());
        }
        if (!has.owner().equals(wanted.owner())) {
            view.setOwner(wanted.owner());
        }
        view.setPermissions(wanted.permissions()); // last: a change of owner could widen what they allow
    }
}
