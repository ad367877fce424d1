package io.ferrule.pki;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Replaces the key of a {@link StateCertificate} by one whose pin was made known before: {@code TUNNEL.next.crt} and
 * {@code .key} wait beside the current pair, and {@code TUNNEL.previous.crt} and {@code .key} are what it replaced. Blocks: do
 * not call it on an event loop.
 */
public final class KeyRotation {
    private final Path stateDirectory;
    private final String tunnel;
    private final List<String> names;
    private final CertificateMaker maker;
    private final KeyFiles current;
    private final KeyFiles next;
    private final KeyFiles previous;

    /** A rotation's outcome: the pair in force, the one before it, and the one prepared to follow. */
    public record Rotated(KeyMaterial now, KeyMaterial before, KeyMaterial next) {}

    /**
     * Of the tunnel whose certificate is in the state directory.
     *
     * @param names host names and IP addresses that new certificates are issued for
     */
    public KeyRotation(Path stateDirectory, String tunnel, List<String> names, CertificateMaker maker) {
        this.stateDirectory = stateDirectory;
        this.tunnel = tunnel;
        this.names = List.copyOf(names);
        this.maker = maker;
        this.current = StateCertificate.files(stateDirectory, tunnel, "");
        this.next = StateCertificate.files(stateDirectory, tunnel, ".next");
        this.previous = StateCertificate.files(stateDirectory, tunnel, ".previous");
    }

    /**
     * The pair that will follow, if one is prepared.
     *
     * @throws OperatorException if it is damaged
     */
    public Optional<KeyMaterial> next() throws OperatorException {
        if (!NewKeyFiles.exists(next.certificate())) {
            return Optional.empty(); // a key alone is a preparation that was cut off: nobody was told its pin
        }
        Optional<KeyMaterial> found = KeyMaterial.find(next);
        // A rotation that was cut off at its last step leaves a next that is in force already.
        return found.isPresent()
                        && found.get().pin().equals(KeyMaterial.load(current).pin())
                ? Optional.empty()
                : found;
    }

    /**
     * The pair that will follow, prepared now if none is.
     *
     * @throws OperatorException if there is no current pair, or the directory cannot be written to
     */
    public KeyMaterial prepare() throws OperatorException {
        return StateFiles.locked(stateDirectory, this::prepareAlone);
    }

    /**
     * Puts the prepared pair in force and prepares another. Whenever it is cut off, what is left is a pair that works, the old
     * one or the new.
     *
     * @throws OperatorException if none is prepared, or the directory cannot be written to
     */
    public Rotated rotate() throws OperatorException {
        return StateFiles.locked(stateDirectory, () -> {
            KeyMaterial following = next().orElseThrow(() -> new OperatorException(
                    next.certificate().toString(),
                    "no next key is prepared, so no client could know it: prepare one with \"proxy-server rotate\""));
            KeyMaterial old = KeyMaterial.load(current);
            write(previous, old);
            // Two files cannot change at once. So for a moment the certificates of both stand in one, which fits either
            // key.
            StateFiles.replace(current.certificate(), joined(following.chainPem(), old.chainPem()));
            writeKey(current.key(), following);
            StateFiles.replace(current.certificate(), following.chainPem());
            return new Rotated(following, old, prepareAlone());
        });
    }

    private KeyMaterial prepareAlone() throws OperatorException {
        Optional<KeyMaterial> prepared = next();
        if (prepared.isPresent()) {
            return prepared.get();
        }
        KeyMaterial made = StateCertificate.make(tunnel, names, maker);
        write(next, made);
        return made;
    }

    /** The certificate goes first and comes last: where it is, its key is too. */
    private static void write(KeyFiles files, KeyMaterial material) throws OperatorException {
        remove(files.certificate());
        writeKey(files.key(), material);
        StateFiles.replace(files.certificate(), PemCertificates.pem(List.of(material.leaf())));
    }

    private static void writeKey(Path file, KeyMaterial material) throws OperatorException {
        byte[] pem = material.keyPem();
        try {
            StateFiles.replace(file, pem);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    private static void remove(Path file) throws OperatorException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new OperatorException(file.toString(), "cannot be replaced: " + NewKeyFiles.reason(e));
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }
}
