package io.ferrule.tunnel;

import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamedService;
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
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel's config with what the files it names hold. They are read once, here, before anything is opened, so that all that
 * is wrong with them is told at once.
 *
 * @param accept what is shown to clients, of which each takes what suits it; empty without TLS there, or while it is not yet made
 * @param connect what is shown to the server, in the same way; empty if nothing is
 * @param clients what clients are judged by
 * @param server what the server is judged by
 * @param names the same for each {@link NamedService} of the accept leg, by its name
 */
public record TunnelMaterial(
        TunnelConfig config,
        List<KeyMaterial> accept,
        List<KeyMaterial> connect,
        TrustMaterial clients,
        TrustMaterial server,
        Map<String, Named> names) {
    /**
     * What the files of one {@link NamedService} hold.
     *
     * @param own what is shown to clients that ask for the name
     */
    public record Named(List<KeyMaterial> own, TrustMaterial clients) {
        public Named {
            own = List.copyOf(own);
        }
    }

    public TunnelMaterial {
        accept = List.copyOf(accept);
        connect = List.copyOf(connect);
        names = Map.copyOf(names);
    }

    /** True if the tunnel cannot run before a certificate for its clients has been made. */
    public boolean lacksCertificate() {
        return config.accept().tls() != null && accept.isEmpty();
    }

    /** What works but will surprise the operator, a sentence each; mostly empty. */
    public List<String> cautions() {
        List<String> cautions = new ArrayList<>();
        if (isEd25519(accept)) {
            cautions.add("the key is Ed25519, which proxy-client and other clients built on BoringSSL cannot verify:"
                    + " their handshakes fail; use an ECDSA key, \"proxy-server certificate\" makes one");
        }
        if (isEd25519(connect)) {
            cautions.add("the key is Ed25519, which proxy-server and other servers built on BoringSSL cannot verify:"
                    + " if they ask for a certificate the handshake fails; use an ECDSA key, \"proxy-client certificate\""
                    + " makes one");
        }
        return List.copyOf(cautions);
    }

    /** The JDK says EdDSA for what it read and Ed25519 for what it made. */
    private static boolean isEd25519(List<KeyMaterial> own) {
        return own.stream()
                .anyMatch(each -> each.leaf().getPublicKey().getAlgorithm().startsWith("Ed"));
    }

    /**
     * Reads the files of all tunnels. Blocks: do not call it on an event loop.
     *
     * @throws OperatorException with every problem of every file, each once
     */
    public static List<TunnelMaterial> load(List<TunnelConfig> tunnels) throws OperatorException {
        Reading reading = new Reading();
        List<TunnelMaterial> material = tunnels.stream().map(reading::tunnel).toList();
        if (!reading.problems.isEmpty()) {
            throw new OperatorException(List.copyOf(reading.problems));
        }
        return material;
    }

    /** Goes on after a problem, with nothing in its place. */
    private static final class Reading {
        private final Set<Problem> problems = new LinkedHashSet<>();

        TunnelMaterial tunnel(TunnelConfig config) {
            AcceptTls accept = config.accept().tls();
            ConnectTls connect = config.connect().tls();
            Access access = accept == null ? null : accept.access();
            ServerTrust trust = connect == null ? null : connect.trust();
            return new TunnelMaterial(
                    config,
                    own(accept == null ? null : accept.keys()),
                    own(connect == null ? null : connect.keys()),
                    TrustMaterial.of(certificates(bundle(access))),
                    TrustMaterial.of(certificates(file(trust))),
                    Map.of());
        }

        private static @Nullable Path bundle(@Nullable Access access) {
            Access.Authority authority = access instanceof Access.Clients clients ? clients.authority() : null;
            return authority == null ? null : authority.bundle();
        }

        private static @Nullable Path file(@Nullable ServerTrust trust) {
            if (trust instanceof ServerTrust.Authority authority) {
                return authority.bundle();
            }
            return trust instanceof ServerTrust.StoredCertificate stored ? stored.file() : null;
        }

        private List<KeyMaterial> own(@Nullable KeySources sources) {
            try {
                return sources == null ? List.of() : KeyMaterial.load(sources);
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                return List.of();
            }
        }

        private List<X509Certificate> certificates(@Nullable Path file) {
            try {
                return file == null ? List.of() : PemCertificates.read(file);
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                return List.of();
            }
        }
    }
}
