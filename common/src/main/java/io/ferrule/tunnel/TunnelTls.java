package io.ferrule.tunnel;

import io.ferrule.admission.PeerRules;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.PemCertificates;
import io.ferrule.tls.TlsContext;
import io.ferrule.tls.TlsSetupException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The TLS contexts of a tunnel's legs, made of its files, and what those files hold. */
final class TunnelTls implements AutoCloseable {
    private final @Nullable TlsContext accept;
    private final @Nullable TlsContext connect;
    private final @Nullable String serverName;
    private final Map<String, X509Certificate> certificates;

    private TunnelTls(
            @Nullable TlsContext accept,
            @Nullable TlsContext connect,
            @Nullable String serverName,
            Map<String, X509Certificate> certificates) {
        this.accept = accept;
        this.connect = connect;
        this.serverName = serverName;
        this.certificates = Map.copyOf(certificates);
    }

    /**
     * Reads every file and builds both contexts.
     *
     * @throws OperatorException naming the file that is at fault, or the setting that the engine refuses
     */
    static TunnelTls load(TunnelConfig config, Clock clock) throws OperatorException {
        Map<String, X509Certificate> certificates = new TreeMap<>();
        AcceptTls acceptTls = config.accept().tls();
        ConnectTls connectTls = config.connect().tls();
        TlsContext accept = null;
        try {
            accept = acceptTls == null ? null : accept(config.name(), acceptTls, clock, certificates);
            TlsContext connect = connectTls == null
                    ? null
                    : connect(connectTls, config.connect().target(), clock, certificates);
            String serverName = connectTls == null
                    ? null
                    : sniName(name(connectTls, config.connect().target()));
            return new TunnelTls(accept, connect, serverName, certificates);
        } catch (TlsSetupException | IllegalArgumentException e) {
            close(accept);
            throw new OperatorException("tunnel " + config.name(), String.valueOf(e.getMessage()));
        } catch (OperatorException e) {
            close(accept);
            throw e;
        }
    }

    private static TlsContext accept(
            String tunnel, AcceptTls tls, Clock clock, Map<String, X509Certificate> certificates)
            throws OperatorException, TlsSetupException {
        KeyFiles files = tls.keyFiles();
        if (files == null) {
            throw new OperatorException("tunnel " + tunnel, "it has no certificate");
        }
        KeyMaterial own = own(files, certificates);
        Access access = tls.access();
        List<X509Certificate> bundle =
                access instanceof Access.ClientAuthority a ? trusted(a.bundle(), "client-ca", certificates) : List.of();
        PeerVerifier verifier = PeerRules.client(access, bundle, clock).orElse(null);
        return TlsContext.accept(tunnel, tls.settings(), own, verifier);
    }

    private static TlsContext connect(
            ConnectTls tls, Address target, Clock clock, Map<String, X509Certificate> certificates)
            throws OperatorException, TlsSetupException {
        KeyFiles files = tls.keyFiles();
        KeyMaterial own = files == null ? null : own(files, certificates);
        List<X509Certificate> stored = List.of();
        if (tls.trust() instanceof ServerTrust.StoredCertificate s) {
            stored = trusted(s.file(), "pinned", certificates);
        } else if (tls.trust() instanceof ServerTrust.Authority a) {
            stored = trusted(a.bundle(), "ca", certificates);
        }
        PeerVerifier verifier = PeerRules.server(tls.trust(), stored, name(tls, target), clock);
        return TlsContext.connect(tls.settings(), own, verifier);
    }

    private static KeyMaterial own(KeyFiles files, Map<String, X509Certificate> certificates) throws OperatorException {
        KeyMaterial material = KeyMaterial.load(files);
        certificates.put("own", material.leaf());
        return material;
    }

    private static List<X509Certificate> trusted(Path file, String which, Map<String, X509Certificate> certificates)
            throws OperatorException {
        List<X509Certificate> read = PemCertificates.read(file);
        read.forEach(c -> certificates.merge(which, c, (a, b) -> notAfter(a).isBefore(notAfter(b)) ? a : b));
        return read;
    }

    private static Instant notAfter(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    /** The name that the server is addressed by. */
    private static String name(ConnectTls tls, Address target) {
        String configured = tls.serverName();
        if (configured != null) {
            return configured;
        }
        return target instanceof Address.Tcp tcp ? tcp.host() : "localhost";
    }

    /** RFC 6066 §3 allows no addresses in SNI. */
    private static @Nullable String sniName(String name) {
        return name.contains(":") || name.matches("[0-9.]+") ? null : name;
    }

    @Nullable
    TlsContext context(Leg leg) {
        return leg == Leg.ACCEPT ? accept : connect;
    }

    /** The name sent as SNI on a leg; null for none. */
    @Nullable
    String serverName(Leg leg) {
        return leg == Leg.ACCEPT ? null : serverName;
    }

    /** The certificates in use by what they serve for ({@code own}, {@code pinned}, {@code ca}); of a bundle the one that ends first. */
    Map<String, X509Certificate> certificates() {
        return certificates;
    }

    /** Connections that are open live on. */
    @Override
    public void close() {
        close(accept);
        close(connect);
    }

    private static void close(@Nullable TlsContext context) {
        if (context != null) {
            context.close();
        }
    }
}
