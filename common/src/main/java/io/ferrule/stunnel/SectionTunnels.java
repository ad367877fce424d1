package io.ferrule.stunnel;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ClientChecks;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Failover;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.ListenOptions;
import io.ferrule.config.NameMatching;
import io.ferrule.config.NamedService;
import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.SocketOwner;
import io.ferrule.config.SocketRules;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.stunnel.StunnelConfig.Globals;
import io.ferrule.stunnel.StunnelService.Sni;
import io.ferrule.stunnel.StunnelService.Sockets;
import io.ferrule.stunnel.StunnelService.Waits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes of one section its tunnels, one for each address that it accepts at. */
final class SectionTunnels {
    /** What a wait becomes that has no end with stunnel; here each has one. */
    private static final Timeouts OWN = Timeouts.DEFAULT;

    /** With zero, stunnel ends a connection as soon as one side has; zero is never here. */
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private static final int IDENT_PORT = 113; // RFC 1413 §3

    private static final Set<String> HANDED_DOWN =
            Set.of("SO_KEEPALIVE", "TCP_KEEPCNT", "TCP_KEEPIDLE", "TCP_KEEPINTVL");

    private final Globals globals;
    private final StunnelService service;
    private final StunnelHost host;
    private final List<String> notices;

    /** Adds to {@code notices} what differs from stunnel. */
    SectionTunnels(Globals globals, StunnelService service, StunnelHost host, List<String> notices) {
        this.globals = globals;
        this.service = service;
        this.host = host;
        this.notices = notices;
    }

    /**
     * The tunnels, the first of this name.
     *
     * @throws Refusal if one of them would not do what the section says
     */
    List<TunnelConfig> of(String name) throws Refusal {
        if (!service.endpoints().sni().isEmpty()) {
            return List.of();
        }
        TlsSettings settings = new SectionTls(service, notices).settings();
        ConnectLeg connect = connect(service.client() ? settings : null);
        AcceptTls accept = service.client() ? null : accept(settings);
        Timeouts timeouts = timeouts();
        SocketRules sockets = sockets();
        List<Address> places = places();
        List<TunnelConfig> tunnels = new ArrayList<>();
        for (Address place : places) {
            String each = tunnels.isEmpty() ? name : name + "#" + (tunnels.size() + 1);
            tunnels.add(new TunnelConfig(
                    each,
                    new AcceptLeg(place, accept).withChecks(checks()),
                    connect,
                    Limits.DEFAULT,
                    timeouts,
                    Protocol.negotiation(service.negotiation()),
                    sockets));
        }
        return tunnels;
    }

    /**
     * What the section is to the earlier ones that hand clients over to it.
     *
     * @throws Refusal if it would not do what it says
     */
    VirtualServices virtual() throws Refusal {
        if (service.endpoints().sni().isEmpty()) {
            return VirtualServices.NONE;
        }
        SectionPsk.refuseVirtual(service);
        Map<Sni, NamedService> services = new LinkedHashMap<>();
        for (Sni each : service.endpoints().sni()) {
            services.put(
                    each,
                    new NamedService(
                            each.pattern(),
                            certificate(),
                            access(),
                            SectionPeers.revocation(service),
                            connect(null),
                            Protocol.insideTls(service),
                            timeouts()));
        }
        return new VirtualServices(
                services,
                service.conduct().libwrap() ? checks().hosts() : null,
                new SectionTls(service, notices).settings());
    }

    private ClientChecks checks() {
        String user = service.conduct().ident();
        return new ClientChecks(
                service.conduct().libwrap()
                        ? new ClientChecks.Hosts(host.hostsAllow(), host.hostsDeny(), service.name(), Map.of())
                        : null,
                user == null
                        ? null
                        : new ClientChecks.Ident(user, host.port("auth").orElse(IDENT_PORT)));
    }

    private AcceptTls accept(TlsSettings settings) throws Refusal {
        KeySources keys = keys();
        PreSharedKeys preShared = SectionPsk.clients(service, keys != null, notices);
        return new AcceptTls(
                preShared == null ? certificate() : keys,
                access(),
                settings,
                SectionPeers.revocation(service),
                null,
                false,
                List.of(),
                NameMatching.FIRST_LISTED,
                false,
                preShared);
    }

    private KeySources certificate() throws Refusal {
        KeySources keys = keys();
        if (keys == null) {
            throw new Refusal("TLS server needs a certificate");
        }
        return keys;
    }

    private Access access() throws Refusal {
        if (!service.peer().request()) {
            return new Access.Anyone();
        }
        List<StunnelAddress> redirect = service.endpoints().redirect();
        return new Access.Verified(
                SectionPeers.clients(service),
                redirect.isEmpty()
                        ? null
                        : leg(targets(redirect), service.dialing().local(), null));
    }

    private ConnectLeg connect(@Nullable TlsSettings settings) throws Refusal {
        StunnelService.Exec exec = service.endpoints().exec();
        ServerTrust.PreShared preShared = settings == null ? null : SectionPsk.server(service, notices);
        boolean toProgram = exec != null && service.endpoints().connect().isEmpty();
        ConnectTls tls = settings == null
                ? null
                : new ConnectTls(
                        preShared == null ? new ServerTrust.Verified(SectionPeers.server(service)) : preShared,
                        SectionPeers.revocation(service),
                        serverName(service),
                        preShared == null ? keys() : null,
                        settings);
        if (exec == null && Protocol.leads(service) && !isLedBefore(service)) {
            return leg(List.of(new Address.Asked()), service.dialing().local(), tls);
        }
        if (service.endpoints().transparent().ofDestination()) {
            return leg(List.of(new Address.Original()), service.dialing().local(), tls);
        }
        return exec != null && toProgram
                ? leg(List.of(SectionProgram.of(exec, globals, notices)), null, tls)
                : leg(targets(service.endpoints().connect()), service.dialing().local(), tls);
    }

    /** Who is handed over by a server name has said where it goes, if anything, to the section that accepts. */
    private static boolean isLedBefore(StunnelService service) {
        return !service.endpoints().sni().isEmpty() && Protocol.insideTls(service) == null;
    }

    private static List<Address> targets(List<StunnelAddress> addresses) {
        return addresses.stream().map(SectionTunnels::target).toList();
    }

    private ConnectLeg leg(List<Address> targets, @Nullable InetAddress local, @Nullable ConnectTls tls) {
        return new ConnectLeg(
                        targets, service.dialing().roundRobin() ? Failover.ROUND_ROBIN : Failover.PRIORITY, local, tls)
                .withTimeForEach();
    }

    /** Null for that of the first target; empty for none. */
    private static @Nullable String serverName(StunnelService service) {
        String given = service.dialing().serverName();
        String protocolHost = service.negotiation().host();
        if (given == null
                && protocolHost == null
                && service.endpoints().transparent().ofDestination()) {
            return ""; // a name would have to be known before the target is
        }
        if (given != null || protocolHost == null) {
            return given;
        }
        int colon = protocolHost.lastIndexOf(':');
        return colon < 0 ? "localhost" : protocolHost.substring(0, colon); // as a connect of a port alone
    }

    /** The name that a client is to send (SNI); null for none. */
    static @Nullable String sentName(StunnelService service) {
        String name = serverName(service);
        if (!service.client()) {
            return null;
        }
        if (name == null) {
            List<StunnelAddress> connect = service.endpoints().connect();
            Address first = connect.isEmpty() ? null : target(connect.get(0));
            return first instanceof Address.Tcp tcp ? tcp.host() : "localhost";
        }
        return name.isEmpty() ? null : name;
    }

    private @Nullable KeySources keys() throws Refusal {
        return SectionKeys.of(service.identity());
    }

    private static Address target(StunnelAddress address) {
        if (address instanceof StunnelAddress.Port port) {
            return new Address.Tcp("localhost", port.port());
        }
        return address instanceof StunnelAddress.Host named
                ? new Address.Tcp(named.host(), named.port())
                : new Address.Unix(((StunnelAddress.Socket) address).path());
    }

    private List<Address> places() throws Refusal {
        StunnelService.Endpoints endpoints = service.endpoints();
        if (endpoints.accept().isEmpty()) { // else it would have two ends besides
            StunnelService.Exec exec = endpoints.exec();
            return List.of(
                    exec == null || endpoints.connect().isEmpty()
                            ? new Address.Standard()
                            : SectionProgram.of(exec, globals, notices));
        }
        List<Address> places = new ArrayList<>();
        service.endpoints().accept().forEach(address -> addPlaces(address, places));
        if (places.isEmpty()) {
            throw new Refusal("Cannot resolve accept target");
        }
        return places;
    }

    private void addPlaces(StunnelAddress address, List<Address> places) {
        if (address instanceof StunnelAddress.Port port) {
            // On Linux the second is in the way of the first, and stunnel says so at each start.
            places.add(new Address.Tcp("0.0.0.0", port.port()));
            places.add(new Address.Tcp(StunnelTunnels.EVERY_IPV6, port.port()));
        } else if (address instanceof StunnelAddress.Host named) {
            try {
                for (InetAddress each : host.addresses(named.host())) {
                    places.add(new Address.Tcp(each.getHostAddress(), named.port()));
                }
            } catch (UnknownHostException e) {
                // told by whoever read the file; the others will do
            }
        } else {
            places.add(new Address.Unix(((StunnelAddress.Socket) address).path()));
        }
    }

    private Timeouts timeouts() {
        Waits waits = service.waits();
        return new Timeouts(
                endless(waits.busy(), "TIMEOUTbusy", OWN.handshake()),
                endless(waits.connect(), "TIMEOUTconnect", OWN.connect()),
                waits.close().isZero() ? AT_ONCE : orNone(waits.close()),
                orNone(waits.idle()),
                OWN.reset(),
                OWN.keepAlive(),
                OWN.unacknowledged());
    }

    /** Zero is what has no end here. */
    private static Duration orNone(Duration wait) {
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private Duration endless(Duration wait, String option, Duration own) {
        if (!wait.isZero() && !wait.isNegative()) {
            return wait;
        }
        notices.add(option + ": a wait has to have an end; " + own.toSeconds() + " seconds are taken");
        return own;
    }

    private SocketRules sockets() {
        Sockets asked = service.sockets();
        // The kernel hands these down from the listening socket; but each accepted one is given Ferrule's own first.
        Map<String, String> accepted = new HashMap<>(asked.accept());
        accepted.keySet().retainAll(HANDED_DOWN);
        accepted.putAll(asked.local());
        return new SocketRules(
                new ListenOptions(SocketOption.settings(asked.accept()), owner()),
                SocketOption.settings(accepted),
                SocketOption.settings(asked.remote()),
                service.endpoints().transparent().ofSource());
    }

    /** Of a Unix socket; its group may connect if the section itself says which. */
    private @Nullable SocketOwner owner() {
        StunnelService.Owner owner = service.conduct().owner();
        boolean shared = owner.group() != 0
                && service.given().stream()
                        .anyMatch(line -> line.option().name().equals("setgid"));
        return owner.user() == 0 && owner.group() == 0 ? null : new SocketOwner(owner.user(), owner.group(), shared);
    }
}
