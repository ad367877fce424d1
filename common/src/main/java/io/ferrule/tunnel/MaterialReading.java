package io.ferrule.tunnel;

import io.ferrule.admission.DenyList;
import io.ferrule.admission.DenyLists;
import io.ferrule.admission.RevocationLists;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TicketSecrets;
import io.ferrule.config.TokenUri;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import io.ferrule.pki.CrlFile;
import io.ferrule.pki.DerivedTicketKey;
import io.ferrule.pki.HashedCertificates;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.PemCertificates;
import io.ferrule.pki.TicketKeyFile;
import io.ferrule.pki.TokenReader;
import io.ferrule.tunnel.TunnelMaterial.Named;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the files that tunnels name. It goes on after a problem, with nothing in its place. Blocks. */
final class MaterialReading {
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final DenyLists denyLists;

    MaterialReading(DenyLists denyLists) {
        this.denyLists = denyLists;
    }

    /**
     * All of them.
     *
     * @throws OperatorException with every problem of every file, each once
     */
    List<TunnelMaterial> read(List<TunnelConfig> tunnels) throws OperatorException {
        List<TunnelMaterial> material = tunnels.stream().map(this::tunnel).toList();
        if (!problems.isEmpty()) {
            throw new OperatorException(List.copyOf(problems));
        }
        return material;
    }

    private TunnelMaterial tunnel(TunnelConfig config) {
        AcceptTls accept = config.accept().tls();
        ConnectTls connect = config.connect().tls();
        List<KeyMaterial> shown = own(accept == null ? null : accept.keys());
        return new TunnelMaterial(
                config,
                shown,
                own(connect == null ? null : connect.keys()),
                accept == null
                        ? TrustMaterial.none()
                        : trust(clients(config.name(), accept.access()), accept.revocation()),
                connect == null
                        ? TrustMaterial.none()
                        : trust(server(config.name(), connect.trust()), connect.revocation()),
                accept == null ? Map.of() : names(config.name(), accept.names(), shown),
                ticketKeys(accept));
    }

    private List<byte[]> ticketKeys(@Nullable AcceptTls accept) {
        TicketSecrets secrets =
                accept == null ? null : accept.settings().sessions().ticketSecrets();
        if (secrets != null) {
            return List.of(DerivedTicketKey.of(secrets));
        }
        Path file = accept == null ? null : accept.settings().sessions().ticketKeys();
        try {
            return file == null ? List.of() : TicketKeyFile.read(file);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return List.of();
        }
    }

    /** A name without certificates of its own shows those of the tunnel. */
    private Map<String, Named> names(String tunnel, List<NamedService> services, List<KeyMaterial> shown) {
        Map<String, Named> names = new LinkedHashMap<>();
        for (NamedService service : services) {
            names.put(
                    service.name(),
                    new Named(
                            service.keys() == null ? shown : own(service.keys()),
                            trust(clients(tunnel, service.access()), service.revocation())));
        }
        return names;
    }

    private TrustMaterial trust(List<X509Certificate> certificates, Revocation revocation) {
        List<X509CRL> crls = new ArrayList<>();
        revocation.crls().forEach(file -> crls.addAll(crls(file, certificates)));
        return new TrustMaterial(certificates, crls, denied(revocation.deny()));
    }

    private List<X509CRL> crls(Path file, List<X509Certificate> authorities) {
        try {
            List<X509CRL> crls = CrlFile.read(file);
            if (!authorities.isEmpty()) { // else the bundle's own problem is told
                crls.forEach(crl -> RevocationLists.problem(crl, authorities)
                        .ifPresent(problem -> problems.add(new Problem(file.toString(), problem))));
            }
            return crls;
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return List.of();
        }
    }

    private DenyList denied(@Nullable Path file) {
        try {
            return file == null ? new DenyList() : denyLists.read(file);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return new DenyList();
        }
    }

    private List<KeyMaterial> own(@Nullable KeySources sources) {
        try {
            return sources == null ? List.of() : KeyMaterial.load(sources);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return List.of();
        }
    }

    private List<X509Certificate> clients(String tunnel, Access access) {
        return access instanceof Access.Verified verified
                ? proofs(tunnel, verified.verification())
                : certificates(access.files());
    }

    private List<X509Certificate> server(String tunnel, ServerTrust trust) {
        return trust instanceof ServerTrust.Verified verified
                ? proofs(tunnel, verified.verification())
                : certificates(trust.files());
    }

    private List<X509Certificate> certificates(List<Path> files) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Path file : files) {
            try {
                certificates.addAll(PemCertificates.read(file));
            } catch (OperatorException e) {
                problems.addAll(e.problems());
            }
        }
        return certificates;
    }

    /** Whoever is to be verified by certificates of which there are none would be refused for ever, or worse. */
    private List<X509Certificate> proofs(String tunnel, Verification asked) {
        if (!asked.isProof()) {
            return List.of();
        }
        Set<X509Certificate> certificates = new LinkedHashSet<>();
        boolean read = true;
        for (Path path : asked.certificates()) {
            try {
                certificates.addAll(
                        Files.isDirectory(path) ? HashedCertificates.read(path) : PemCertificates.read(path));
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                read = false;
            }
        }
        for (TokenUri uri : asked.tokens()) {
            try {
                certificates.addAll(TokenReader.certificates(uri, null));
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                read = false;
            }
        }
        if (read && certificates.isEmpty()) {
            problems.add(nobodyToTrust(tunnel, asked.certificates()));
        }
        return List.copyOf(certificates);
    }

    /** Files have at least one certificate each; directories may have none. */
    private static Problem nobodyToTrust(String tunnel, List<Path> directories) {
        return directories.isEmpty()
                ? new Problem(
                        "tunnel " + tunnel,
                        "a peer is to be verified (verifyChain, verifyPeer), and no certificate is named to verify it by:"
                                + " name some in CAfile or CApath")
                : new Problem(
                        directories.stream().map(Path::toString).collect(Collectors.joining(", ")),
                        "has no file that is named by the hash of a subject, such as 1a2b3c4d.0, so there is nobody to"
                                + " trust: put certificates there and run \"openssl rehash\" on it");
    }
}
