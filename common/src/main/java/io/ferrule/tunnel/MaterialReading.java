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
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.CrlFile;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.PemCertificates;
import io.ferrule.pki.TicketKeyFile;
import io.ferrule.tunnel.TunnelMaterial.Named;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
                accept == null ? TrustMaterial.none() : trust(bundle(accept.access()), accept.revocation()),
                connect == null ? TrustMaterial.none() : trust(file(connect.trust()), connect.revocation()),
                accept == null ? Map.of() : names(accept.names(), shown),
                ticketKeys(accept));
    }

    private List<byte[]> ticketKeys(@Nullable AcceptTls accept) {
        Path file = accept == null ? null : accept.settings().sessions().ticketKeys();
        try {
            return file == null ? List.of() : TicketKeyFile.read(file);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            return List.of();
        }
    }

    /** A name without certificates of its own shows those of the tunnel. */
    private Map<String, Named> names(List<NamedService> services, List<KeyMaterial> shown) {
        Map<String, Named> names = new LinkedHashMap<>();
        for (NamedService service : services) {
            names.put(
                    service.name(),
                    new Named(
                            service.keys() == null ? shown : own(service.keys()),
                            trust(bundle(service.access()), service.revocation())));
        }
        return names;
    }

    private TrustMaterial trust(@Nullable Path bundle, Revocation revocation) {
        List<X509Certificate> certificates = certificates(bundle);
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

    private static @Nullable Path bundle(Access access) {
        Access.Authority authority = access instanceof Access.Clients clients ? clients.authority() : null;
        return authority == null ? null : authority.bundle();
    }

    private static @Nullable Path file(ServerTrust trust) {
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
