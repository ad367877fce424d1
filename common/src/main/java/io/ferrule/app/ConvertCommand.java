package io.ferrule.app;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConfigText;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Limits;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Problem;
import io.ferrule.config.Role;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.stunnel.StunnelException;
import io.ferrule.stunnel.StunnelHost;
import io.ferrule.stunnel.StunnelReader;
import io.ferrule.stunnel.StunnelService;
import io.ferrule.stunnel.StunnelSource;
import io.ferrule.stunnel.StunnelTunnels;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code convert}: a stunnel.conf as our own YAML, with a comment wherever that means something else. */
final class ConvertCommand implements Command {
    private static final int ERR = 3;

    private final Role role;
    private final Set<String> names = new HashSet<>();

    ConvertCommand(Role role) {
        this.role = role;
    }

    @Override
    public String name() {
        return "convert";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Print the YAML that means what a stunnel.conf says, with a comment wherever it means something else.",
                "The services that this program can be: proxy-server takes those that accept TLS, proxy-client those with"
                        + " client = yes. Starts nothing and writes nothing. \"stunnel FILE\" runs the file as it is.");
        spec.addPositional(CommandLines.word("FILE", "The stunnel.conf."));
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        String file = parsed.matchedPositionalValue(0, "");
        if (file.isEmpty()) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), "which file? Give the stunnel.conf's name");
        }
        List<StunnelService> services = new ArrayList<>();
        List<StunnelTunnels.Section> sections = new ArrayList<>();
        IdentityHashMap<StunnelService, StunnelException> refused = new IdentityHashMap<>();
        List<Problem> problems = new ArrayList<>();
        StunnelHost host = StunnelHost.here();
        StunnelTunnels tunnels = new StunnelTunnels(host);
        try {
            StunnelReader.read(
                    new StunnelSource.File(file),
                    host,
                    (globals, service) -> {
                        services.add(service);
                        try {
                            List<StunnelTunnels.Section> joined =
                                    StunnelTunnels.joined(sections, tunnels.of(globals, service));
                            sections.clear();
                            sections.addAll(joined);
                        } catch (StunnelException e) {
                            refused.put(service, e);
                        }
                    },
                    (level, id, text) -> {
                        if (level <= ERR) {
                            problems.add(new Problem("", text));
                        }
                    });
        } catch (StunnelException e) {
            throw new OperatorException(problems.isEmpty() ? List.of(new Problem("", e.line())) : problems);
        }
        Iterator<StunnelTunnels.Section> made = sections.iterator();
        print(
                services.stream()
                        .map(service -> {
                            StunnelException why = refused.get(service);
                            return why == null ? converted(made.next()) : refused(service, why);
                        })
                        .toList(),
                shell.out());
        return ExitCode.OK;
    }

    /** A section, and what it came to. */
    private record Converted(StunnelService service, List<Conversion.Outcome> outcomes, List<String> remarks) {}

    private Converted refused(StunnelService service, StunnelException why) {
        return service.client() == (role == Role.CLIENT)
                ? new Converted(service, List.of(), List.of(why.line(), why.remedy()))
                : others(service);
    }

    private Converted converted(StunnelTunnels.Section section) {
        StunnelService service = section.service();
        if (service.client() != (role == Role.CLIENT)) {
            return others(service);
        }
        List<Conversion.Outcome> outcomes = section.tunnels().stream()
                .filter(tunnel -> !isSecondWildcard(tunnel))
                .map(tunnel -> Conversion.of(tunnel, name(service.name())))
                .toList();
        List<String> remarks = new ArrayList<>(section.notices());
        if (!section.patterns().isEmpty()) {
            remarks.add(0, "it stands under names of the sections that hand clients over to it");
        }
        return new Converted(service, outcomes, remarks);
    }

    private Converted others(StunnelService service) {
        return new Converted(service, List.of(), List.of("it is for " + other().program() + " convert"));
    }

    private Role other() {
        return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
    }

    /** A port alone stands for all addresses; that of IPv4 is bound. */
    private static boolean isSecondWildcard(TunnelConfig tunnel) {
        return tunnel.accept().listen() instanceof Address.Tcp tcp && tcp.host().equals("::");
    }

    /** What a tunnel may be called, and none is yet. */
    private String name(String section) {
        String base = section.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-");
        base = base.isEmpty() ? "tunnel" : base.substring(0, Math.min(28, base.length()));
        String name = base;
        for (int i = 2; !names.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    // ---- printing

    private void print(List<Converted> all, PrintStream out) {
        boolean any = all.stream().flatMap(each -> each.outcomes().stream()).anyMatch(each -> each.tunnel() != null);
        if (any) {
            out.println("tunnels:");
        }
        String indent = any ? "  " : "";
        for (Converted each : all) {
            comments(out, indent, "[" + each.service().name() + "]", each.remarks());
            for (Conversion.Outcome outcome : each.outcomes()) {
                comments(out, indent, "", outcome.remarks());
                TunnelConfig tunnel = outcome.tunnel();
                if (tunnel != null) {
                    lines(tunnel).forEach(out::println);
                }
            }
        }
    }

    private static void comments(PrintStream out, String indent, String head, List<String> sentences) {
        if (!head.isEmpty()) {
            out.println(indent + "# " + head);
        }
        sentences.stream()
                .filter(sentence -> !sentence.isEmpty())
                .forEach(sentence -> out.println(indent + "# " + sentence));
    }

    /** What is not said by default anyway. */
    private List<String> lines(TunnelConfig tunnel) {
        Set<String> standard = new HashSet<>(block(standard()));
        return block(tunnel).stream()
                .filter(line -> !standard.contains(line) || line.matches(" {4}(listen|target|access):.*"))
                .toList();
    }

    private List<String> block(TunnelConfig tunnel) {
        List<String> lines = ConfigText.of(StunnelConfigSource.process(role, List.of(tunnel)))
                .lines()
                .toList();
        return lines.subList(lines.indexOf("tunnels:") + 1, lines.size());
    }

    private TunnelConfig standard() {
        Address here = new Address.Tcp("localhost", 1);
        AcceptTls accept = new AcceptTls(null, new Access.Anyone(), TlsSettings.DEFAULT);
        ConnectTls connect = new ConnectTls(
                new ServerTrust.Pins(List.of(Pin.parse("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")), false),
                null,
                null,
                TlsSettings.DEFAULT);
        return new TunnelConfig(
                "",
                new AcceptLeg(here, role == Role.SERVER ? accept : null),
                new ConnectLeg(here, role == Role.CLIENT ? connect : null),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }
}
