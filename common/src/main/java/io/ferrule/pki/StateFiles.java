package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;

/**
 * Writes what is kept in a state directory: whole files, readable by their owner only, that a reader sees as they were or as
 * they are and never in between. What root writes into a directory of somebody else belongs to that one, so that a command
 * given with sudo leaves nothing that the service cannot read. Names that begin with a dot are files in the making, and locks.
 */
public final class StateFiles {
    private StateFiles() {}

    /** What is done while no other process does the same. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws OperatorException;
    }

    /**
     * Makes a directory below a state directory that only its owner may enter; an existing one stays as it is.
     *
     * @throws OperatorException if it cannot be made
     */
    public static void createDirectory(Path directory) throws OperatorException {
        if (!Files.isDirectory(directory)) {
            NewKeyFiles.createPrivateDirectory(directory);
            handOver(directory);
        }
    }

    /**
     * Writes a file anew, in the place of the one that is there. Blocks until it is on the disk.
     *
     * @throws OperatorException if it cannot be written; then it is as it was
     */
    public static void replace(Path file, byte[] content) throws OperatorException {
        Path directory = directoryOf(file);
        Path fresh = null;
        try {
            // Created with 0600 by the JDK, whatever the umask (Files.createTempFile).
            fresh = Files.createTempFile(directory, "." + file.getFileName() + ".", ".new");
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            handOver(fresh);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(directory);
        } catch (IOException e) {
            throw new OperatorException(file.toString(), "cannot be written: " + NewKeyFiles.reason(e));
        } finally {
            discard(fresh);
        }
    }

    /**
     * Writes a new file that only its owner may read.
     *
     * @throws OperatorException if there is a file of that name already, or it cannot be written; then nothing is left
     */
    public static void create(Path file, byte[] content) throws OperatorException {
        NewKeyFiles.createPrivate(file, content);
    }

    /**
     * Does something alone: other processes that want to do something to the same directory wait until it is done.
     *
     * @throws OperatorException as {@code work} does, or if the directory cannot be written to
     */
    static <T> T alone(Path directory, Work<T> work) throws OperatorException, IOException {
        Path lock = directory.resolve(".lock");
        // The kernel frees the lock when its holder dies, so nothing stale can be left. The empty file stays: deleting
        // it
        // would let two processes lock two different files of this name.
        try (FileChannel channel =
                FileChannel.open(lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            handOver(lock);
            channel.lock(); // until the channel is closed
            return work.run();
        }
    }

    /**
     * Does something to a directory alone.
     *
     * @throws OperatorException as {@code work} does, or if the directory cannot be written to
     */
    public static <T> T locked(Path directory, Work<T> work) throws OperatorException {
        try {
            return alone(directory, work);
        } catch (IOException e) {
            throw new OperatorException(directory.toString(), "cannot be written to: " + NewKeyFiles.reason(e));
        }
    }

    /** Gives what this process made to the owner of the directory that it is in, if this process is root and may. */
    static void handOver(Path file) throws OperatorException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return;
        }
        try {
            Path directory = directoryOf(file);
            PosixFileAttributeView view =
                    Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (view == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            PosixFileAttributes wanted = Files.readAttributes(directory, PosixFileAttributes.class);
            if (!view.readAttributes().owner().equals(wanted.owner())) {
                view.setGroup(wanted.group());
                view.setOwner(wanted.owner());
            }
        } catch (IOException e) {
            throw new OperatorException(
                    file.toString(),
                    "cannot be given to the owner of its directory: " + NewKeyFiles.reason(e)
                            + "; run the command as that user");
        }
    }

    /** A rename is on the disk only once its directory is (fsync(2)); where a directory cannot be opened so, it is left out. */
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            // Windows, and file systems without it
        }
    }

    private static void discard(@org.jspecify.annotations.Nullable Path fresh) throws OperatorException {
        if (fresh != null) {
            try {
                Files.deleteIfExists(fresh);
            } catch (IOException e) {
                throw new OperatorException(
                        fresh.toString(), "was written in vain; delete it: " + NewKeyFiles.reason(e));
            }
        }
    }

    private static Path directoryOf(Path file) {
        Path absolute = file.toAbsolutePath();
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }
}
