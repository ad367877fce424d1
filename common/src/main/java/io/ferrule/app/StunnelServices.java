package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.TunnelConfig;
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
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the tunnels of each section of a stunnel.conf as it is read, and reads and tries all that they name, so that what is wrong
 * with a certificate is told where stunnel tells it.
 */
final class StunnelServices implements ServiceCheck {
    private final StunnelTunnels tunnels;
    private final ProcessLines lines;
    private final List<StunnelTunnels.Section> sections = new ArrayList<>();

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
        StunnelTunnels.Section section = tunnels.of(globals, service);
        TunnelMaterial material = load(section);
        lines.trusted(
                service,
                Stream.concat(material.clients().certificates().stream(), material.server().certificates().stream())
                        .map(X509Certificate::getSubjectX500Principal)
                        .toList());
        lines.notices(section.notices());
        lines.warnings(material.cautions());
        lines.warnings(unsafeChoices(section));
        sections.add(section);
    }

    private TunnelMaterial load(StunnelTunnels.Section section) throws StunnelException {
        try {
            TunnelMaterial material =
                    TunnelMaterial.load(List.of(section.tunnel())).get(0);
            Tunnel.check(material, Clock.systemUTC());
            return material;
        } catch (OperatorException e) {
            lines.errors(e.problems().stream().map(Problem::toString).toList());
            throw StunnelException.inService(section.service().name(), "Failed to initialize TLS context", "");
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
