package io.ferrule.app;

import io.ferrule.admission.KeyStrength;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.stunnel.ProcessLines;
import io.ferrule.stunnel.ServiceCheck;
import io.ferrule.stunnel.StunnelConfig.Globals;
import io.ferrule.stunnel.StunnelException;
import io.ferrule.stunnel.StunnelService;
import io.ferrule.stunnel.StunnelTunnels;
import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.TunnelMaterial;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/**
 * Makes the tunnels of each section of a stunnel.conf as it is read, and reads and tries all that they name, so that what is wrong
 * with a certificate is told where stunnel tells it.
 */
final class StunnelServices implements ServiceCheck {
    private final StunnelTunnels tunnels;
    private final ProcessLines lines;
    private final List<StunnelTunnels.Section> sections = new ArrayList<>();
    private final Set<String> warned = new HashSet<>();

    StunnelServices(StunnelTunnels tunnels, ProcessLines lines) {
        this.tunnels = tunnels;
        this.lines = lines;
    }

    /** Those that were found good, in the order of the file. */
    List<StunnelTunnels.Section> sections() {
        return List.copyOf(sections);
    }

    @Override
    public void check(Globals globals, StunnelService service) throws StunnelException {
        List<StunnelTunnels.Section> joined = StunnelTunnels.joined(sections, tunnels.of(globals, service));
        StunnelTunnels.Section section = joined.get(joined.size() - 1);
        List<X500Principal> trusted = new ArrayList<>();
        Set<String> warnings = new LinkedHashSet<>();
        for (StunnelTunnels.Section each : joined) {
            if (!sections.contains(each) && !each.tunnels().isEmpty()) { // itself, or one that it stands behind
                TunnelMaterial material = load(each, section);
                trusted.addAll(authorities(material, section));
                warnings.addAll(material.cautions());
                warnings.addAll(unsafeChoices(each));
            }
        }
        lines.shown(service);
        lines.trusted(service, trusted);
        lines.notices(section.notices());
        lines.warnings(warnings.stream().filter(warned::add).toList());
        sections.clear();
        sections.addAll(joined);
    }

    /** Whom the section's peers are verified by. */
    private static List<X500Principal> authorities(TunnelMaterial material, StunnelTunnels.Section section) {
        Stream<X509Certificate> all = section.tunnels().isEmpty()
                ? section.patterns().stream()
                        .flatMap(name -> Stream.ofNullable(material.names().get(name)))
                        .flatMap(named -> named.clients().certificates().stream())
                        .distinct()
                : Stream.concat(material.clients().certificates().stream(), material.server().certificates().stream());
        return all.map(X509Certificate::getSubjectX500Principal).toList();
    }

    private TunnelMaterial load(StunnelTunnels.Section section, StunnelTunnels.Section asking) throws StunnelException {
        try {
            TunnelMaterial material =
                    TunnelMaterial.load(List.of(section.tunnel())).get(0);
            Tunnel.check(material, Clock.systemUTC());
            checkStrength(material, asking);
            return material;
        } catch (OperatorException e) {
            lines.errors(e.problems().stream().map(Problem::toString).toList());
            throw StunnelException.inService(asking.service().name(), "Failed to initialize TLS context", "");
        }
    }

    /** What a section shows has to be as strong as it asks of others. */
    private static void checkStrength(TunnelMaterial material, StunnelTunnels.Section section)
            throws OperatorException {
        KeyStrength strength = new KeyStrength(section.leastBits());
        Stream<KeyMaterial> own = section.tunnels().isEmpty()
                ? section.patterns().stream()
                        .flatMap(name -> Stream.ofNullable(material.names().get(name)))
                        .flatMap(named -> named.own().stream())
                : Stream.concat(material.accept().stream(), material.connect().stream());
        for (X509Certificate each : own.flatMap(shown -> shown.chain().stream()).toList()) {
            Optional<String> problem = strength.problem(each);
            if (problem.isPresent()) {
                throw new OperatorException(
                        "", "the certificate " + each.getSubjectX500Principal() + " is too weak: " + problem.get());
            }
        }
    }

    /** Each once: tunnels of one section differ in where they listen. */
    static List<String> unsafeChoices(StunnelTunnels.Section section) {
        String service = "Service [" + section.service().name() + "] ";
        return section.tunnels().stream()
                .map(TunnelConfig::unsafeChoices)
                .flatMap(List::stream)
                .distinct()
                .map(choice -> service + choice)
                .toList();
    }
}
