package io.ferrule.pki;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The certificate of a tunnel that was given none: made at the first start, kept in the state directory as
 * {@code TUNNEL.crt} and {@code TUNNEL.key}, found there ever after.
 *
 * @param made true if this call made it, false if it was there
 */
public record StateCertificate(KeyFiles files, boolean made) {

    /**
     * Finds the tunnel's certificate or makes it. Of two processes that start at once, one makes it and the other finds it.
     * An existing pair is found in a read-only directory too. Blocks: do not call it on an event loop.
     *
     * @param names host names and IP addresses the certificate is issued for
     * @throws OperatorException if only one of the two files is there, or the directory cannot be written to
     */
    public static StateCertificate findOrMake(
            Path stateDirectory, String tunnel, List<String> names, CertificateMaker maker) throws OperatorException {
        KeyFiles files = files(stateDirectory, tunnel);
        if (NewKeyFiles.exists(files.certificate()) && NewKeyFiles.exists(files.key())) {
            return new StateCertificate(files, false);
        }
        NewKeyFiles.createPrivateDirectory(stateDirectory);
        try {
            return StateFiles.alone(stateDirectory, () -> findOrMakeAlone(files, tunnel, names, maker));
        } catch (IOException e) {
            throw new OperatorException(
                    stateDirectory.toString(),
                    "a certificate cannot be made in this state directory: " + NewKeyFiles.reason(e)
                            + "; name another with --state-directory, or give --certificate and --key");
        }
    }

    /** Finds the tunnel's certificate if it has been made; writes nothing. */
    public static Optional<StateCertificate> find(Path stateDirectory, String tunnel) {
        KeyFiles files = files(stateDirectory, tunnel);
        return NewKeyFiles.exists(files.certificate()) && NewKeyFiles.exists(files.key())
                ? Optional.of(new StateCertificate(files, false))
                : Optional.empty();
    }

    private static StateCertificate findOrMakeAlone(
            KeyFiles files, String tunnel, List<String> names, CertificateMaker maker) throws OperatorException {
        boolean found = NewKeyFiles.exist(files);
        if (!found) {
            make(tunnel, names, maker).writeTo(files);
            StateFiles.handOver(files.key());
            StateFiles.handOver(files.certificate());
        }
        return new StateCertificate(files, !found);
    }

    /** A fresh key and certificate for a tunnel. */
    static KeyMaterial make(String tunnel, List<String> names, CertificateMaker maker) {
        return maker.make(CertificateTemplate.of(commonName(tunnel), names));
    }

    private static String commonName(String tunnel) {
        String name = "ferrule " + tunnel;
        return name.length() <= 64 ? name : "ferrule";
    }

    /** Percent-encoded where needed, so that no tunnel name leads out of the directory or to another tunnel's file. */
    private static KeyFiles files(Path directory, String tunnel) {
        return files(directory, tunnel, "");
    }

    /** Those beside them, such as {@code TUNNEL.next.crt}; a tunnel's own name has no dot. */
    static KeyFiles files(Path directory, String tunnel, String which) {
        String name = URLEncoder.encode(tunnel, StandardCharsets.UTF_8) + which;
        return new KeyFiles(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    }
}
