package io.ferrule.app;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.PemCertificates;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys and certificates that a tunnel's config names, read once before anything is opened, so that all that is wrong
 * with them is told at once.
 *
 * @param accept what is shown to clients; null without TLS there, or while its certificate is not yet made
 * @param connect what is shown to the server; null if nothing is
 * @param stored the copies of the server's certificate that it is known by; may be empty
 */
record TunnelMaterial(
        TunnelConfig tunnel,
        @Nullable KeyMaterial accept,
        @Nullable KeyMaterial connect,
        List<X509Certificate> stored) {
    TunnelMaterial {
        stored = List.copyOf(stored);
    }

    /**
     * Reads the files of all tunnels.
     *
     * @throws OperatorException with every problem of every file, each once
     */
    static List<TunnelMaterial> load(List<TunnelConfig> tunnels) throws OperatorException {
        Set<Problem> problems = new LinkedHashSet<>();
        List<TunnelMaterial> material = new ArrayList<>();
        for (TunnelConfig tunnel : tunnels) {
            AcceptTls accept = tunnel.accept().tls();
            ConnectTls connect = tunnel.connect().tls();
            if (accept != null && accept.access() instanceof Access.ClientAuthority authority) {
                certificates(authority.bundle(), problems);
            }
            material.add(new TunnelMaterial(
                    tunnel,
                    keys(accept == null ? null : accept.keyFiles(), problems),
                    keys(connect == null ? null : connect.keyFiles(), problems),
                    connect == null ? List.of() : trusted(connect.trust(), problems)));
        }
        if (!problems.isEmpty()) {
            throw new OperatorException(List.copyOf(problems));
        }
        return material;
    }

    private static List<X509Certificate> trusted(ServerTrust trust, Set<Problem> problems) {
        if (trust instanceof ServerTrust.StoredCertificate stored) {
            return certificates(stored.file(), problems);
        }
        if (trust instanceof ServerTrust.Authority authority) {
            certificates(authority.bundle(), problems);
        }
        return List.of();
    }

    private static List<X509Certificate> certificates(Path file, Set<Problem> problems) {
        try {
            return PemCertificates.read(file);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return List.of();
        }
    }

    private static @Nullable KeyMaterial keys(@Nullable KeyFiles files, Set<Problem> problems) {
        try {
            return files == null ? null : KeyMaterial.load(files);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return null;
        }
    }
}
