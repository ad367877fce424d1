package io.ferrule.app;

import io.ferrule.admin.HealthSocket;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.Transport;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.TunnelMaterial;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code check}: reads what {@code run} would read, says what it would do, and does nothing of it. */
final class CheckCommand implements Command {
    private final Role role;

    CheckCommand(Role role) {
        this.role = role;
    }

    @Override
    public String name() {
        return "check";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Read the configuration with its keys and certificates, and say what \"run\" with the same options would"
                        + " do, or everything that has to be mended first.",
                "Starts nothing and writes nothing.");
        RunOptions.addTo(spec, role);
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) {
        try {
            ProcessConfig config = RunOptions.read(parsed, shell);
            if (config.healthCheck()) {
                HealthSocket.check(Transport.choose(config.transport()));
            }
            List<TunnelMaterial> tunnels = TunnelMaterial.load(withStateCertificates(config));
            checkEngine(tunnels);
            PublishedPins.check(tunnels);
            int count = tunnels.size();
            shell.out().println("OK: " + (count == 1 ? "1 tunnel" : count + " tunnels"));
            tunnels.forEach(tunnel -> print(tunnel, config, shell.out()));
            warnings(config, tunnels).forEach(warning -> shell.out().println("\nwarning: " + warning));
            return ExitCode.OK;
        } catch (OperatorException e) {
            shell.complain(e);
            return ExitCode.USAGE;
        }
    }

    private static List<String> warnings(ProcessConfig config, List<TunnelMaterial> tunnels) {
        List<String> warnings = new ArrayList<>(config.unsafeChoices());
        for (TunnelMaterial tunnel : tunnels) {
            tunnel.cautions()
                    .forEach(caution -> warnings.add("tunnel " + tunnel.config().name() + ": " + caution));
        }
        return warnings;
    }

    /** Certificates that are yet to be made suit the engine. */
    private static void checkEngine(List<TunnelMaterial> tunnels) throws OperatorException {
        for (TunnelMaterial tunnel : tunnels) {
            if (!tunnel.lacksCertificate()) {
                Tunnel.check(tunnel, Clock.systemUTC());
            }
        }
    }

    /** Certificates that {@code run} made at an earlier start are read too; missing ones are not made. */
    private static List<TunnelConfig> withStateCertificates(ProcessConfig config) {
        List<TunnelConfig> tunnels = new ArrayList<>();
        for (TunnelConfig tunnel : config.tunnels()) {
            tunnels.add(StateKeys.find(tunnel, config.stateDirectory()));
        }
        return tunnels;
    }

    private static void print(TunnelMaterial material, ProcessConfig config, PrintStream out) {
        TunnelConfig tunnel = material.config();
        out.println();
        out.println("tunnel " + tunnel.name());
        line(out, "listens on", tunnel.accept().listen() + ", " + TunnelWords.acceptSpeaks(tunnel));
        line(out, "forwards to", tunnel.connect().words() + ", " + TunnelWords.connectSpeaks(tunnel));
        line(out, "clients", TunnelWords.clients(tunnel));
        if (tunnel.connect().tls() != null) {
            line(out, "server", TunnelWords.server(tunnel));
        }
        if (material.lacksCertificate()) {
            line(out, "certificate", "is made in " + config.stateDirectory() + " at the first start");
        }
        certificate(out, material.accept());
        Path pinFile = PublishedPins.file(material);
        if (pinFile != null) {
            line(out, "publishes", "its pin in " + pinFile);
        }
        certificate(out, material.connect());
        names(out, material);
    }

    private static void names(PrintStream out, TunnelMaterial material) {
        AcceptTls tls = material.config().accept().tls();
        for (NamedService service : tls == null ? List.<NamedService>of() : tls.names()) {
            line(
                    out,
                    "name",
                    service.name() + ", forwarded to " + service.connect().words());
            TunnelMaterial.Named named = material.names().get(service.name());
            if (named != null && service.keys() != null) {
                certificate(out, named.own());
            }
        }
    }

    private static void certificate(PrintStream out, List<KeyMaterial> shown) {
        for (KeyMaterial own : shown) {
            line(out, "certificate", own.pin() + ", valid " + CertificateLines.validity(own.leaf(), Instant.now()));
        }
    }

    private static void line(PrintStream out, String label, String text) {
        out.println(String.format("  %-12s %s", label, text));
    }
}
