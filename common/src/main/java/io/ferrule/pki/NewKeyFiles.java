package io.ferrule.pki;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a certificate and its key as two files that did not exist before, or neither of them. The key is on the disk before
 * the certificate appears.
 */
final class NewKeyFiles {
    private NewKeyFiles() {}

    static void write(KeyMaterial material, KeyFiles files) throws OperatorException {
        if (files.certificate()
                .toAbsolutePath()
                .normalize()
                .equals(files.key().toAbsolutePath().normalize())) {
            throw new OperatorException(
                    files.key().toString(), "is named for both; certificate and key need two files");
        }
        refuseExisting(files.certificate());
        refuseExisting(files.key());
        byte[] keyPem = material.keyPem();
        try {
            create(files.key(), keyPem, ownerOnly(files.key()));
        } finally {
            Arrays.fill(keyPem, (byte) 0);
        }
        try {
            create(files.certificate(), material.chainPem());
        } catch (OperatorException e) {
            remove(files.key());
            throw e;
        }
    }

    /**
     * True if both files are there, false if neither is.
     *
     * @throws OperatorException if only one of them is
     */
    static boolean exist(KeyFiles files) throws OperatorException {
        boolean certificate = exists(files.certificate());
        boolean key = exists(files.key());
        if (certificate != key) {
            Path there = certificate ? files.certificate() : files.key();
            Path missing = certificate ? files.key() : files.certificate();
            throw new OperatorException(
                    there.toString(),
                    "is there but " + missing + " is not; bring that back, or delete this one to have a new pair made"
                            + " (with another pin)");
        }
        return certificate;
    }

    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Creates a directory that only its owner may enter, and the missing ones above it; an existing one stays as it is. */
    static void createPrivateDirectory(Path directory) throws OperatorException {
        try {
            if (!Files.isDirectory(directory)) {
                Path parent = directory.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectories(directory, ownerOnlyDirectory(directory));
            }
        } catch (IOException e) {
            throw new OperatorException(
                    directory.toString(),
                    "the directory cannot be made: " + reason(e)
                            + "; name another with --state-directory, or give --certificate and --key");
        }
    }

    /** Writes a new file that only its owner may read; an existing one is never overwritten. */
    static void createPrivate(Path path, byte[] content) throws OperatorException {
        create(path, content, ownerOnly(path));
    }

    private static void refuseExisting(Path path) throws OperatorException {
        if (exists(path)) {
            throw existing(path);
        }
    }

    private static void create(Path path, byte[] content, FileAttribute<?>... attributes) throws OperatorException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileChannel opened;
        try {
            opened = FileChannel.open(path, options, attributes);
        } catch (FileAlreadyExistsException e) {
            throw existing(path);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        try (FileChannel channel = opened) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            remove(path);
            throw unwritable(path, e);
        }
    }

    private static void remove(Path path) throws OperatorException {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new OperatorException(path.toString(), "was written in vain; delete it: " + reason(e));
        }
    }

    /** Given at creation, so that there is no moment at which others can open the file. A umask can only take bits away. */
    private static FileAttribute<?> ownerOnly(Path path) throws OperatorException {
        return ownerOnly(path, "rw-------");
    }

    private static FileAttribute<?> ownerOnlyDirectory(Path path) throws OperatorException {
        return ownerOnly(path, "rwx------");
    }

    private static FileAttribute<?> ownerOnly(Path path, String permissions) throws OperatorException {
        Path parent = path.toAbsolutePath().getParent();
        try {
            FileStore store = Files.getFileStore(parent == null ? path : parent);
            if (store.supportsFileAttributeView("posix")) {
                return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
            }
            if (store.supportsFileAttributeView("acl")) {
                return ownerOnlyAcl(path);
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        throw new OperatorException(
                path.toString(), "its file system has no permissions, so a key cannot be kept private there");
    }

    private static FileAttribute<List<AclEntry>> ownerOnlyAcl(Path path) throws IOException {
        UserPrincipal us = path.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(System.getProperty("user.name"));
        AclEntry everything = AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(us)
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .build();
        return new FileAttribute<>() {
            @Override
            public String name() {
                return "acl:acl";
            }

            @Override
            public List<AclEntry> value() {
                return List.of(everything);
            }
        };
    }

    private static OperatorException existing(Path path) {
        return new OperatorException(
                path.toString(), "exists already and is never overwritten; delete it first, or name another file");
    }

    private static OperatorException unwritable(Path path, IOException e) {
        return new OperatorException(path.toString(), "cannot be written: " + reason(e));
    }

    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "its directory does not exist";
        }
        return e instanceof AccessDeniedException
                ? "permission denied to user " + System.getProperty("user.name")
                : String.valueOf(e.getMessage());
    }
}
