package io.ferrule.stunnel;

import io.ferrule.config.Address;
import io.ferrule.config.TunnelConfig;
import io.ferrule.stunnel.StunnelConfig.Globals;
import io.ferrule.stunnel.StunnelService.Sni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tunnels that do what the services of a stunnel.conf say. What would change what a tunnel does and is not done here is
 * refused; what differs without harm is told.
 */
public final class StunnelTunnels {
    static final String EVERY_IPV6 = "::";

    /** What {@link #of} adds to a section's name. */
    private static final Pattern ADDED = Pattern.compile("(~\\d+)?(#\\d+)?$");

    private final StunnelHost host;
    private final Map<String, Integer> sections = new HashMap<>();

    /** Of one file. */
    public StunnelTunnels(StunnelHost host) {
        this.host = host;
    }

    /**
     * What becomes of a section. One that takes its clients from earlier ones, by the server name that they ask for, has no tunnel of
     * its own: see {@link VirtualServices}.
     *
     * @param tunnels one for each address that it accepts at; at least one of them has to be bound
     * @param virtual what it is to earlier sections; empty where it accepts by itself
     * @param notices what differs from stunnel, a sentence each
     * @param behind the sections that this one hands clients over to, in the order of the file
     */
    public record Section(
            StunnelService service,
            List<TunnelConfig> tunnels,
            VirtualServices virtual,
            List<String> notices,
            List<Section> behind) {
        public Section {
            tunnels = List.copyOf(tunnels);
            notices = List.copyOf(notices);
            behind = List.copyOf(behind);
        }

        /** The same with another behind it, if that takes clients from it. */
        public Section before(Section other) {
            List<TunnelConfig> joined = tunnels.stream()
                    .map(tunnel -> other.virtual.behind(tunnel, service))
                    .toList();
            return joined.equals(tunnels)
                    ? this
                    : new Section(
                            service,
                            joined,
                            virtual,
                            notices,
                            Stream.concat(behind.stream(), Stream.of(other)).toList());
        }

        /** The strength that certificates need, by {@code securityLevel}; 0 for any. */
        public int leastBits() {
            return SecurityLevel.of(service).leastBits();
        }

        /** By which clients are handed over to it; empty where it accepts by itself. */
        public List<String> patterns() {
            return virtual.services().keySet().stream().map(Sni::pattern).toList();
        }

        private Map<String, LoggedService> loggedBehind() {
            Map<String, LoggedService> logged = new HashMap<>();
            for (Section each : behind) {
                each.virtual.patterns(service.name()).forEach(name -> logged.putIfAbsent(name, each.logged()));
            }
            return logged;
        }

        /** What the lines of its connections depend on. */
        public LoggedService logged() {
            StunnelService.PeerCheck peer = service.peer();
            return new LoggedService(
                            service.name(),
                            service.client(),
                            service.logging().level(),
                            ConnectionId.valueOf(service.logging().id().name()),
                            new LoggedService.Asked(
                                    peer.require(),
                                    peer.chain(),
                                    peer.stored(),
                                    peer.hosts(),
                                    peer.emails(),
                                    peer.addresses()),
                            SectionTunnels.sentName(service),
                            tunnels.isEmpty() ? 0 : tunnel().limits().connections(),
                            dialsOut() && service.dialing().retry() != null,
                            loggedBehind(),
                            null)
                    .withIdentity(
                            service.client() && SectionPsk.isUsed(service)
                                    ? service.psk().selected().identity()
                                    : null);
        }

        /** True if it listens somewhere. */
        public boolean accepts() {
            return !tunnels.isEmpty() && tunnel().accept().listen().isPlace();
        }

        /** The same at one place, whatever it says itself. */
        public Section listeningAt(Address place) {
            TunnelConfig only = tunnel().withAccept(tunnel().accept().withListen(place));
            return new Section(service, List.of(only), virtual, notices, behind);
        }

        /** True if its clients are programs that it starts, one after the other or one alone. */
        public boolean dialsOut() {
            return !tunnels.isEmpty() && tunnel().accept().listen() instanceof Address.Program;
        }

        private Section withAtMost(int connections) {
            return new Section(
                    service,
                    tunnels.stream()
                            .map(tunnel -> tunnel.withAtMost(connections))
                            .toList(),
                    virtual,
                    notices,
                    behind);
        }

        /** Where it listens; a port of all addresses counts once, though there are two kinds of them. */
        private long places() {
            return tunnels.stream()
                    .filter(tunnel -> !(tunnel.accept().listen() instanceof Address.Tcp tcp
                            && tcp.host().equals(EVERY_IPV6)))
                    .count();
        }

        /** The first, by which the service is known; they differ in their names and addresses alone. */
        public TunnelConfig tunnel() {
            return tunnels.get(0);
        }
    }

    /**
     * The tunnels of a section. The first is named as it is, the next {@code NAME#2}, {@code NAME#3}; those of a second section of
     * that name {@code NAME~2}, {@code NAME~2#2}. Blocks for names.
     *
     * @throws StunnelException if something is asked that is not done here
     */
    public Section of(Globals globals, StunnelService service) throws StunnelException {
        Unsupported.check(globals.given());
        Unsupported.check(service.given());
        int same = sections.merge(service.name(), 1, Integer::sum);
        String name = same == 1 ? service.name() : service.name() + "~" + same;
        List<String> notices = new ArrayList<>();
        service.given().forEach(given -> given.notice().ifPresent(notices::add));
        try {
            Unsupported.check(globals, ProcessOwner.current(), host.givesUpPrivileges());
            Unsupported.check(globals, service);
            SectionTunnels made = new SectionTunnels(globals, service, host, notices);
            return new Section(service, made.of(name), made.virtual(), notices, List.of());
        } catch (Refusal e) {
            throw StunnelException.inService(service.name(), e.reason(), e.remedy());
        }
    }

    /**
     * The sections so far with one more, behind those that it takes clients from.
     *
     * @return the last is {@code next}, with what is to be told of it
     * @throws StunnelException if it cannot stand behind one of them
     */
    public static List<Section> joined(List<Section> sections, Section next) throws StunnelException {
        List<String> notices = new ArrayList<>(next.notices);
        Set<String> found = new HashSet<>(); // of two sections of one name the first is meant
        List<Section> all = new ArrayList<>();
        for (Section each : sections) {
            boolean meant = found.add(each.service.name());
            if (meant) {
                check(next, each);
                notices.addAll(next.virtual.differences(next.service, each));
            }
            all.add(meant ? each.before(next) : each);
        }
        all.add(new Section(next.service, next.tunnels, next.virtual, notices, next.behind));
        return all;
    }

    private static void check(Section next, Section primary) throws StunnelException {
        try {
            next.virtual.check(next.service, primary.service);
        } catch (Refusal e) {
            throw StunnelException.inService(next.service.name(), e.reason(), e.remedy());
        }
    }

    /** The same sections, each place with an equal share of the connections that the process can hold. */
    public static List<Section> sharing(List<Section> sections, int connections) {
        long places = sections.stream().mapToLong(Section::places).sum();
        int share = (int) Math.max(1, connections / Math.max(1, places));
        return sections.stream().map(section -> section.withAtMost(share)).toList();
    }

    /** True if this process runs as that user and group already, as far as they are named. */
    public static boolean isOwnedBy(StunnelService.Owner owner) {
        return ProcessOwner.current().is(owner);
    }

    /** What is told of lines before the first section, a sentence each. */
    public static List<String> notices(Globals globals) {
        return globals.given().stream()
                .flatMap(given -> given.notice().stream())
                .toList();
    }

    /** The section that a tunnel of this name belongs to. */
    public static String section(String tunnel) {
        return ADDED.matcher(tunnel).replaceFirst("");
    }

    /** The first tunnel of the section, by which it can be told from another of the same name. */
    public static String first(String tunnel) {
        return tunnel.replaceFirst("#\\d+$", "");
    }
}
