package io.ferrule.clients;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.Nearest;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Problem;
import io.ferrule.pki.StateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The invited clients of a server, in the directory {@code clients} of its state directory: {@code NAME.client} says who one is
 * ({@link ClientFile}); {@code .NAME.seen} is empty and was last touched when that client last connected. Who watches the
 * directory leaves out names that begin with a dot: those, files in the making, and the lock say nothing of who is invited. Its
 * methods block: do not call them on an event loop. Commands and a running server may use it at once.
 */
public final class ClientStore {
    private static final String CLIENT = ".client";
    private static final String SEEN = ".seen";
    private static final int LARGEST_BYTES = 16 << 10;

    private final Path directory;

    /**
     * What the directory held at one moment.
     *
     * @param clients those whose files are whole, by name
     * @param problems the files that are not; none of their clients is let in
     */
    public record Contents(List<KnownClient> clients, List<Problem> problems) {
        public Contents {
            clients = List.copyOf(clients);
            problems = List.copyOf(problems);
        }

        /** Those that were not revoked. */
        public List<InvitedClients.Client> invited() {
            return clients.stream()
                    .filter(client -> client.revoked() == null)
                    .map(KnownClient::invited)
                    .toList();
        }

        /** The client of that name. */
        public Optional<KnownClient> find(String name) {
            return clients.stream().filter(client -> client.name().equals(name)).findFirst();
        }
    }

    public ClientStore(Path stateDirectory) {
        this.directory = stateDirectory.resolve("clients");
    }

    public Path directory() {
        return directory;
    }

    /** True for the names of files that say who is invited; others in the directory change without meaning anything. */
    public static boolean isAboutClients(Path file) {
        String name = String.valueOf(file.getFileName());
        return !name.startsWith(".") && name.endsWith(CLIENT);
    }

    /**
     * Reads all of them.
     *
     * @throws OperatorException if it cannot be found out who is there: the directory cannot be read, or a file for a reason that
     *     lies in this process or machine and may pass
     */
    public Contents read() throws OperatorException {
        List<KnownClient> clients = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (String name : names()) {
            try {
                find(name).ifPresent(clients::add);
            } catch (BrokenFile e) {
                problems.add(new Problem(
                        file(name).toString(),
                        e.getMessage()
                                + "; the client is not let in: mend the file, or invite it anew with --replace"));
            }
        }
        refuseSharedPins(clients, problems);
        return new Contents(clients, problems);
    }

    /**
     * Adds a client, or puts it in the place of one of its name.
     *
     * @param replace whether it may take a place
     * @throws OperatorException if there is one that it may not replace, or it cannot be written; then nothing has changed
     */
    public void add(KnownClient client, boolean replace) throws OperatorException {
        StateFiles.createDirectory(directory);
        StateFiles.locked(directory, () -> {
            if (!replace) {
                refuseExisting(client.name());
            }
            StateFiles.replace(file(client.name()), ClientFile.write(client));
            delete(seen(client.name())); // it was another key that was seen
            return client;
        });
    }

    /**
     * Tells whether {@link #add} would have to replace one.
     *
     * @throws OperatorException if there is one of that name
     */
    public void refuseExisting(String name) throws OperatorException {
        try {
            Optional<KnownClient> there = find(name);
            if (there.isPresent()) {
                KnownClient client = there.get();
                throw new OperatorException(
                        name,
                        (client.revoked() == null
                                        ? "is invited already, since " + client.created()
                                        : "was revoked on " + client.revoked())
                                + "; --replace invites it anew: with a new key, and the old one no longer gets in");
            }
        } catch (BrokenFile e) {
            throw new OperatorException(
                    file(name).toString(), e.getMessage() + "; --replace puts a new client in its place");
        }
    }

    /**
     * Shuts a client out from {@code now} on; one that was shut out before stays so since then.
     *
     * @return since when it has been shut out; empty if it is from now on
     * @throws OperatorException if there is none of that name, its file is damaged, or it cannot be written
     */
    public Optional<Instant> revoke(String name, Instant now) throws OperatorException {
        Set<String> names = names();
        if (!names.contains(name)) {
            throw unknown(name, names);
        }
        return StateFiles.locked(directory, () -> {
            try {
                KnownClient client = find(name).orElseThrow(() -> unknown(name, names));
                if (client.revoked() == null) {
                    StateFiles.replace(file(name), ClientFile.write(client.revokedAt(now)));
                }
                return Optional.ofNullable(client.revoked());
            } catch (BrokenFile e) {
                throw new OperatorException(
                        file(name).toString(),
                        e.getMessage() + "; no client gets in by it, and deleting it makes that sure");
            }
        });
    }

    /** When a client last connected, if it ever did and that could be noted. */
    public Optional<Instant> lastSeen(String name) {
        try {
            return Optional.of(Files.getLastModifiedTime(seen(name)).toInstant());
        } catch (IOException never) {
            return Optional.empty();
        }
    }

    /**
     * Notes that a client connected.
     *
     * @throws OperatorException if that cannot be written
     */
    public void seen(String name, Instant moment) throws OperatorException {
        Path file = seen(name);
        try {
            if (!Files.exists(file)) {
                StateFiles.replace(file, new byte[0]);
            }
            Files.setLastModifiedTime(file, FileTime.from(moment));
        } catch (IOException e) {
            throw new OperatorException(file.toString(), "cannot be written: " + e.getMessage());
        }
    }

    private Set<String> names() throws OperatorException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ClientStore::isAboutClients)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                names.add(name.substring(0, name.length() - CLIENT.length()));
            }
            return names;
        } catch (NoSuchFileException nobodyWasEverInvited) {
            return names;
        } catch (NotDirectoryException e) {
            throw unreadable(directory, "it is a file, and has to be a directory");
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw unreadable(directory, reason(e));
        }
    }

    /** A file that says nothing that could be relied on. */
    private static final class BrokenFile extends Exception {
        private static final long serialVersionUID = 1;

        BrokenFile(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private Optional<KnownClient> find(String name) throws BrokenFile, OperatorException {
        Path file = file(name);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_BYTES + 1);
            if (bytes.length > LARGEST_BYTES) {
                throw new BrokenFile("it is too large to be a client's");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(ClientFile.read(name, text));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            throw new BrokenFile(reason(e));
        } catch (CharacterCodingException e) {
            throw new BrokenFile("it is not UTF-8 text");
        } catch (IllegalArgumentException e) {
            throw new BrokenFile(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // Too many open files, a network disk that is away: no reason to end the connections of a client.
            throw unreadable(file, reason(e));
        }
    }

    /** A copied file is no second client, and which of them was revoked cannot be told. */
    private void refuseSharedPins(List<KnownClient> clients, List<Problem> problems) {
        Map<Pin, String> first = new HashMap<>();
        Set<Pin> shared = new HashSet<>();
        for (KnownClient client : clients) {
            String other = first.putIfAbsent(client.pin(), client.name());
            if (other != null) {
                shared.add(client.pin());
                problems.add(new Problem(
                        file(client.name()).toString(),
                        "it has the key of " + file(other)
                                + "; neither client is let in: delete one of the two files"));
            }
        }
        clients.removeIf(client -> shared.contains(client.pin()));
    }

    private OperatorException unknown(String name, Set<String> names) {
        return new OperatorException(
                "",
                "no client \"" + name + "\" was ever invited here" + Nearest.hint(name, names)
                        + (names.isEmpty() ? " (" + directory + " holds none)" : "")
                        + "; \"proxy-server clients\" lists them");
    }

    private static void delete(Path file) throws OperatorException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new OperatorException(file.toString(), "cannot be deleted: " + reason(e));
        }
    }

    private static OperatorException unreadable(Path path, String reason) {
        return new OperatorException(path.toString(), "who is invited cannot be read: " + reason);
    }

    private static String reason(Exception e) {
        return e instanceof AccessDeniedException
                ? "permission denied to user " + System.getProperty("user.name")
                : String.valueOf(e.getMessage());
    }

    private Path file(String name) {
        return directory.resolve(name + CLIENT);
    }

    private Path seen(String name) {
        return directory.resolve("." + name + SEEN);
    }
}
