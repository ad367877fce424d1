package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.TunnelMaterial;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The first lines of the log: what is open now, for whom, and what should worry the operator. */
final class Banner {
    private static final Logger LOG = LoggerFactory.getLogger(Banner.class);

    private Banner() {}

    /**
     * Logs it.
     *
     * @param config as read, so that it shows which tunnels were given no certificate
     */
    static void log(ProcessConfig config, Application application) {
        for (Tunnel tunnel : application.tunnels()) {
            log(tunnel);
            if (isMadeHere(tunnel, config) && !TunnelWords.isByInvitationOnly(tunnel.config())) {
                clientCommand(tunnel.material(), tunnel.listening());
            }
        }
        application.invitations().ifPresent(invitations -> nobody(config, invitations));
        application.admin().ifPresent(Banner::admin);
        application.expiry().look();
        config.unsafeChoices()
                .forEach(choice -> LOG.atWarn().addKeyValue("choice", choice).log("insecure by choice"));
    }

    /** Logs what concerns one tunnel, at the start or when a reload has changed it. */
    static void log(Tunnel tunnel) {
        TunnelMaterial material = tunnel.material();
        tunnel(material.config(), tunnel.listening());
        material.accept().forEach(own -> own(material.config(), own));
        material.connect().forEach(own -> own(material.config(), own));
        material.cautions().forEach(caution -> LOG.atWarn()
                .addKeyValue("tunnel", material.config().name())
                .log(caution));
    }

    /** True if the tunnel was told no certificate. */
    private static boolean isMadeHere(Tunnel tunnel, ProcessConfig config) {
        return config.tunnels().stream()
                .filter(told -> told.name().equals(tunnel.config().name()))
                .map(told -> told.accept().tls())
                .anyMatch(tls -> tls != null && tls.keys() == null && !tls.isPreSharedOnly());
    }

    private static void tunnel(TunnelConfig tunnel, Address bound) {
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("tunnel", tunnel.name())
                .addKeyValue("listen", bound)
                .addKeyValue("speaks", TunnelWords.acceptSpeaks(tunnel))
                .addKeyValue("target", tunnel.connect().words())
                .addKeyValue("targetSpeaks", TunnelWords.connectSpeaks(tunnel))
                .addKeyValue("clients", TunnelWords.clients(tunnel));
        if (tunnel.connect().tls() != null) {
            line = line.addKeyValue("server", TunnelWords.server(tunnel));
        }
        line.log("listening");
    }

    private static void own(TunnelConfig tunnel, KeyMaterial own) {
        LOG.atInfo()
                .addKeyValue("tunnel", tunnel.name())
                .addKeyValue("pin", own.pin())
                .addKeyValue("validUntil", own.leaf().getNotAfter().toInstant())
                .log("own certificate");
    }

    private static void nobody(ProcessConfig config, Invitations invitations) {
        config.tunnels().stream()
                .filter(TunnelWords::isByInvitationOnly)
                .filter(tunnel -> !invitations.isAnyoneInvitedTo(tunnel.name()))
                .forEach(tunnel -> LOG.atWarn()
                        .addKeyValue("tunnel", tunnel.name())
                        .addKeyValue("directory", invitations.store().directory())
                        .log("nobody is invited, so nobody gets in: \"proxy-server invite NAME\" invites a client"));
    }

    private static void clientCommand(TunnelMaterial material, Address bound) {
        if (!material.accept().isEmpty() && bound instanceof Address.Tcp tcp) {
            LOG.atInfo().log("clients connect with: proxy-client run --target "
                    + MachineName.reachable(tcp)
                    + material.accept().stream()
                            .map(own -> " --pin " + own.pin())
                            .collect(Collectors.joining()));
        }
    }

    private static void admin(Address address) {
        LOG.atInfo()
                .addKeyValue("url", address instanceof Address.Tcp ? "http://" + address + "/" : address.toString())
                .log("admin endpoint");
    }
}
