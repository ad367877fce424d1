package io.ferrule.app;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ClientChecks;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.NamePattern;
import io.ferrule.config.NamedService;
import io.ferrule.config.Negotiation;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Revocation;
import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.config.SendProxy;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.SocketRules;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import io.ferrule.pki.PemCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tunnel of stunnel's as our own configuration says it, and what is different then. */
final class Conversion {
    private static final NamePattern ANY = new NamePattern(NamePattern.Kind.ANY, "*");

    private final TunnelConfig from;
    private final List<String> remarks = new ArrayList<>();

    private Conversion(TunnelConfig from) {
        this.from = from;
    }

    /**
     * What it comes to.
     *
     * @param tunnel null if our own configuration cannot say it
     * @param remarks a sentence for each difference
     */
    record Outcome(@Nullable TunnelConfig tunnel, List<String> remarks) {
        Outcome {
            remarks = List.copyOf(remarks);
        }
    }

    /** Converts one tunnel. */
    static Outcome of(TunnelConfig from, String name) {
        Conversion conversion = new Conversion(from);
        TunnelConfig tunnel = conversion.tunnel(name);
        return new Outcome(tunnel, conversion.remarks);
    }

    private @Nullable TunnelConfig tunnel(String name) {
        Negotiation negotiation = from.negotiation();
        boolean header = negotiation != null && negotiation.protocol() == Negotiation.Protocol.PROXY;
        if (negotiation != null && !header) {
            remarks.add("protocol = " + negotiation.protocol().name().toLowerCase(Locale.ROOT)
                    + ": nothing can be said around TLS; give the service a port on which TLS begins at once, or keep it"
                    + " in the stunnel.conf");
            return null;
        }
        AcceptTls accept = from.accept().tls();
        ConnectTls connect = from.connect().tls();
        if (isProgram(from.accept().listen()) || isProgram(from.connect().target())) {
            return null;
        }
        if (from.connect().target() instanceof Address.Original) {
            remarks.add(
                    "transparent = destination: a tunnel of ours has a target of its own; give each target a tunnel,"
                            + " and redirect clients to that, or keep the service in the stunnel.conf");
            return null;
        }
        if (!from.accept().listen().isPlace()) {
            remarks.add("a tunnel of ours is there for many connections and not for the one that started it: give it"
                    + " listen = systemd:NAME and the socket unit Accept=no; or stay with the stunnel command");
            return null;
        }
        if ((accept != null && accept.preShared() != null)
                || (connect != null && connect.trust() instanceof ServerTrust.PreShared)) {
            remarks.add("PSKsecrets: such a tunnel cannot be written, since peers are known by certificates there;"
                    + " \"proxy-server invite\" makes a client's, with all that it needs in one file");
            return null;
        }
        if (!from.accept().checks().equals(ClientChecks.NONE)) {
            remarks.add(
                    "libwrap, ident: such a tunnel cannot be written, since clients are known by certificates there;"
                            + " have the firewall say who reaches the port, remove the lines, and convert again");
            return null;
        }
        if (!from.sockets().equals(SocketRules.NONE)) {
            remarks.add("options and owners of sockets, and transparent = source, cannot be asked for: the service runs"
                    + " without them");
        }
        AcceptTls ownAccept = accept == null ? null : accept(accept);
        ServerTrust trust = connect == null ? null : trust(connect);
        if (connect != null && trust == null) {
            return null;
        }
        ConnectTls ownConnect = connect == null || trust == null
                ? null
                : new ConnectTls(
                        trust,
                        revocation(connect.revocation()),
                        connect.serverName(),
                        keys(connect.keys()),
                        connect.settings());
        return new TunnelConfig(
                name,
                new AcceptLeg(from.accept().listen(), ownAccept),
                new ConnectLeg(target(), ownConnect).withProxy(header ? SendProxy.V1 : SendProxy.OFF),
                Limits.DEFAULT,
                from.timeouts());
    }

    /** True if it is, which is remarked. */
    private boolean isProgram(Address target) {
        if (target instanceof Address.Program program) {
            remarks.add("a tunnel of ours starts no programs: let "
                    + program.command().get(0)
                    + " listen, by a socket unit of systemd with Accept=yes for instance, and connect to that; or stay"
                    + " with the stunnel command, which starts it");
            return true;
        }
        return false;
    }

    private Address target() {
        List<Address> targets = from.connect().targets();
        if (targets.size() > 1) {
            remarks.add("a tunnel has one target, of which all addresses are tried: give these one name in DNS, "
                    + from.connect().words());
        }
        if (from.connect().source() != null) {
            remarks.add("no source address can be chosen: local = "
                    + from.connect().source().getHostAddress());
        }
        return targets.get(0);
    }

    private static @Nullable KeySources keys(@Nullable KeySources keys) {
        return keys == null
                ? null
                : new KeySources(keys.certificates(), keys.keys(), keys.pem(), keys.password(), false, keys.tokens());
    }

    private Revocation revocation(Revocation asked) {
        if (asked.nonce()) {
            remarks.add("OCSP answers have no nonce here; they are told from old ones by their dates: OCSPnonce");
        }
        if (asked.peerOnly() && !asked.crls().isEmpty()) {
            remarks.add("a revocation list of each authority of a chain is needed, not only of the peer's own");
        }
        Ocsp whom =
                switch (asked.ocsp()) {
                    case AIA_IF_NAMED -> {
                        remarks.add(
                                "OCSPaia takes certificates that name no responder; here they are refused, unless ocsp is off");
                        yield Ocsp.AIA;
                    }
                    case RESPONDER_THEN_AIA -> {
                        remarks.add("one responder is asked, and not those that certificates name: OCSPaia");
                        yield Ocsp.RESPONDER;
                    }
                    default -> asked.ocsp();
                };
        return new Revocation(
                asked.crls(), whom, asked.responder(), asked.timeout(), asked.allowUnknown(), asked.deny());
    }

    // ---- clients

    private AcceptTls accept(AcceptTls tls) {
        if (tls.settings().sessions().ticketSecrets() != null) {
            remarks.add("ticket secrets become a file: \"proxy-server ticket-keys\" makes it, give it as ticket-keys");
        }
        return new AcceptTls(
                keys(tls.keys()),
                access(tls.access()),
                tls.settings(),
                revocation(tls.revocation()),
                null,
                false,
                names(tls.names()),
                false);
    }

    private List<NamedService> names(List<NamedService> services) {
        Map<String, NamedService> names = new LinkedHashMap<>();
        for (NamedService service : services) {
            String name = service.name().toLowerCase(Locale.ROOT);
            if (!name.matches("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*")) {
                remarks.add(
                        "no name can be written as sni = " + service.name() + ": write out the names that are meant");
                continue;
            }
            if (name.startsWith("*")) {
                remarks.add(
                        "sni = " + service.name() + ": the * stands for one label here, and an exact name goes before");
            }
            if (isProgram(service.target())) {
                continue;
            }
            if (service.target() instanceof Address.Original) {
                remarks.add(
                        "the name " + name + " is left out: it has no target of its own, transparent = destination");
                continue;
            }
            if (!Objects.equals(service.negotiation(), from.negotiation())) {
                remarks.add(
                        "the name " + name + " is left out: what is said to its clients and targets besides TLS cannot"
                                + " differ from the rest of the tunnel; give it a tunnel of its own");
                continue;
            }
            if (service.connect().targets().size() > 1) {
                remarks.add("the name " + name + " has one target, of which all addresses are tried, not all of "
                        + service.connect().words());
            }
            names.put(
                    name,
                    new NamedService(
                            name,
                            keys(service.keys()),
                            access(service.access()),
                            revocation(service.revocation()),
                            service.target()));
        }
        return List.copyOf(names.values());
    }

    private Access access(Access access) {
        if (access.redirection() != null) {
            remarks.add("clients that are not trusted are refused; nothing else can be done with them: redirect");
        }
        return access instanceof Access.Verified asked ? access(asked.verification()) : access;
    }

    private Access access(Verification asked) {
        tellStrength(asked);
        if (!asked.isProof()) {
            remarks.add("clients are not asked for a certificate: one that is not verified proves nothing");
            return new Access.Anyone();
        }
        Access.Clients known = asked.stored() ? pins(asked) : null;
        if (known != null) {
            return new Access.Clients(known.pins(), false, null, false, !asked.required());
        }
        Path bundle = bundle(asked);
        return new Access.Clients(
                List.of(), false, new Access.Authority(bundle, names(asked)), false, !asked.required());
    }

    private void tellStrength(Verification asked) {
        if (asked.leastBits() > 0) {
            remarks.add("certificates of any strength are taken: securityLevel");
        }
    }

    /** By the keys of the certificates that are stored; null if they cannot be read now. */
    private Access.@Nullable Clients pins(Verification asked) {
        List<Pin> pins = new ArrayList<>();
        for (Path file : asked.certificates()) {
            try {
                if (Files.isRegularFile(file)) {
                    PemCertificates.read(file).stream().map(Pin::of).distinct().forEach(pins::add);
                }
            } catch (OperatorException e) {
                remarks.add(String.valueOf(e.getMessage()));
            }
        }
        if (pins.isEmpty()) {
            remarks.add(
                    "MISSING: the pins of the clients' keys, \"proxy-client pin\" shows each client's own; until then"
                            + " whoever an authority has signed gets in");
            return null;
        }
        remarks.add("the clients' keys are known by their pins, as they are in "
                + file(asked) + " now; a certificate's subject is not looked at"
                + (asked.chain() ? ", and neither is who signed it" : ""));
        return Access.Clients.pinned(pins, false);
    }

    private static Object file(Verification asked) {
        return asked.certificates().isEmpty()
                ? asked.tokens().get(0)
                : asked.certificates().get(0);
    }

    private List<NamePattern> names(Verification asked) {
        if (asked.names().isEmpty()) {
            return List.of(ANY);
        }
        return asked.names().stream().map(this::ownName).toList();
    }

    private NamePattern ownName(NamePattern name) {
        if (name.kind() != NamePattern.Kind.HOST) {
            return name;
        }
        remarks.add("checkHost = " + name.pattern()
                + ": only DNS names count; a certificate with a common name alone has none");
        return new NamePattern(NamePattern.Kind.DNS, name.pattern());
    }

    private Path bundle(Verification asked) {
        if (!asked.tokens().isEmpty()) {
            remarks.add("MISSING: authorities are read of a file; write into it what is in the token: "
                    + asked.tokens().get(0));
        }
        if (asked.certificates().isEmpty()) {
            return Path.of("/etc/ferrule/authorities.pem");
        }
        Path first = asked.certificates().get(0);
        if (asked.certificates().size() > 1 || Files.isDirectory(first)) {
            remarks.add("MISSING: authorities are read of one file; make it of "
                    + asked.certificates().stream()
                            .map(Path::toString)
                            .reduce((a, b) -> a + " and " + b)
                            .orElse(""));
        }
        return first;
    }

    // ---- the server

    private @Nullable ServerTrust trust(ConnectTls tls) {
        if (!(tls.trust() instanceof ServerTrust.Verified verified)) {
            return tls.trust();
        }
        Verification asked = verified.verification();
        tellStrength(asked);
        if (!asked.isProof()) {
            remarks.add(
                    "stunnel verifies nothing here, so that anybody on the way can pass for the server; such a tunnel"
                            + " cannot be written. \"proxy-client pin "
                            + from.connect().target()
                            + "\" shows the key that answers there: if it is the right one, put it under pin");
            return null;
        }
        Path bundle = bundle(asked);
        if (asked.stored()) {
            if (asked.chain()) {
                remarks.add("the server is known by its stored certificate alone; who signed it is not looked at");
            }
            return new ServerTrust.StoredCertificate(bundle, false);
        }
        if (asked.names().isEmpty()) {
            remarks.add(
                    "stunnel looks at no name: whoever has any certificate of these authorities can pass for the server;"
                            + " better give verify-name");
        }
        return new ServerTrust.Authority(bundle, names(asked));
    }
}
