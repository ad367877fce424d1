package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelService.Dialing;
import io.ferrule.stunnel.StunnelService.Endpoints;
import io.ferrule.stunnel.StunnelService.Exec;
import io.ferrule.stunnel.StunnelService.Sni;
import io.ferrule.stunnel.StunnelService.Transparent;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a section joins, as far as it has been read. Names are looked for when it ends. */
final class EndpointDraft {
    private static final long LEAST_RETRY_MILLIS = 10;

    private final Asker asker;
    private final List<String> accept = new ArrayList<>();
    private final List<String> connect = new ArrayList<>();
    private final List<String> redirect = new ArrayList<>();
    private List<String> arguments = List.of();
    private @Nullable String exec;
    private boolean pty;
    private @Nullable Duration retry;
    private final List<String> sni = new ArrayList<>();
    private Transparent transparent = Transparent.NONE;
    private boolean roundRobin;
    private boolean delay;
    private @Nullable InetAddress local;

    EndpointDraft(Asker asker) {
        this.asker = asker;
    }

    /** Takes the line if it is about what is joined. */
    boolean set(String key, String value) throws Refusal {
        switch (key) {
            case "accept" -> accept.add(value);
            case "connect" -> connect.add(value);
            case "redirect" -> redirect.add(value);
            case "exec" -> exec = value;
            case "execargs" -> arguments = List.of(Words.trim(value).split("[ \\t\\n\\x0B\\f\\r]+"));
            case "pty" -> pty = Words.yes(value);
            case "sni" -> sni.add(value);
            case "transparent" -> transparent = transparent(value);
            default -> {
                return dialing(key, value);
            }
        }
        return true;
    }

    private boolean dialing(String key, String value) throws Refusal {
        switch (key) {
            case "delay" -> delay = Words.yes(value);
            case "failover" -> roundRobin = roundRobin(value);
            case "local" -> local = asker.local(value);
            case "retry" -> retry = retry(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    boolean accepts() {
        return !accept.isEmpty();
    }

    boolean redirects() {
        return !redirect.isEmpty();
    }

    /** The addresses to listen at; those that cannot be are logged. */
    List<StunnelAddress> listen() throws Refusal {
        List<StunnelAddress> found =
                accept.stream().map(asker::resolved).flatMap(Optional::stream).toList();
        if (found.isEmpty() && !accept.isEmpty()) {
            throw new Refusal("Cannot resolve accept target", "write [HOST:]PORT or the path of a Unix socket");
        }
        return found;
    }

    /** The targets that could be reached one day; names without address now are looked for at each connection. */
    List<StunnelAddress> targets() {
        return targets(connect, "connect");
    }

    /** Where clients go that fail the check. */
    List<StunnelAddress> redirectTargets() {
        return targets(redirect, "redirect");
    }

    private List<StunnelAddress> targets(List<String> texts, String option) {
        List<StunnelAddress> found = new ArrayList<>();
        for (String text : texts) {
            Optional<StunnelAddress> address = asker.parsed(text);
            address.ifPresent(found::add);
            if (address.isEmpty() || (!delay && !asker.resolves(address.get()))) {
                asker.log(6, "Cannot resolve " + option + " target - delaying DNS lookup");
                delay = true;
            }
        }
        return found;
    }

    /** Stunnel would start, and fail each connection. */
    void checkReachable(List<StunnelAddress> targets) throws Refusal {
        if (targets.isEmpty() && !connect.isEmpty()) {
            throw new Refusal(
                    "Cannot resolve connect target",
                    "\"" + String.join("\", \"", connect)
                            + "\" can never be reached: write [HOST:]PORT or the path of a Unix socket");
        }
    }

    /** The sections that a server takes its clients from, in the order of the lines; mostly empty. */
    List<Sni> parents() throws Refusal {
        List<Sni> parents = new ArrayList<>();
        for (String each : sni) {
            int colon = each.indexOf(':');
            if (colon < 0) {
                throw new Refusal("Invalid SNI parameter format", "write sni = SECTION:NAME in a server section");
            }
            parents.add(new Sni(each.substring(0, colon), each.substring(colon + 1)));
        }
        return parents;
    }

    /** How many ends the section has, but for those of its protocol. */
    int count(boolean client) {
        return (accept.isEmpty() ? 0 : 1)
                + (connect.isEmpty() ? 0 : 1)
                + (exec == null ? 0 : 1)
                + (client || sni.isEmpty() ? 0 : 1)
                + (transparent.ofDestination() ? 1 : 0);
    }

    Endpoints endpoints(
            List<StunnelAddress> listen,
            List<StunnelAddress> targets,
            List<StunnelAddress> redirects,
            List<Sni> parents)
            throws Refusal {
        Exec program =
                exec == null ? null : new Exec(Words.file(exec), arguments.isEmpty() ? List.of(exec) : arguments, pty);
        return new Endpoints(listen, targets, program, parents, redirects, transparent);
    }

    Dialing dialing(boolean client) {
        return new Dialing(
                roundRobin && !delay, delay, local, client && !sni.isEmpty() ? sni.get(sni.size() - 1) : null, retry);
    }

    private static Transparent transparent(String value) throws Refusal {
        return switch (Words.lower(value)) {
            case "none", "no" -> Transparent.NONE;
            case "source", "yes" -> Transparent.SOURCE;
            case "destination" -> Transparent.DESTINATION;
            case "both" -> Transparent.BOTH;
            default -> throw new Refusal("Selected transparent proxy mode is not available");
        };
    }

    private static boolean roundRobin(String value) throws Refusal {
        return switch (Words.lower(value)) {
            case "rr" -> true;
            case "prio" -> false;
            default -> throw new Refusal("The argument needs to be either 'rr' or 'prio'");
        };
    }

    /** Newer stunnels also take milliseconds; a program that ends at once must not keep the machine busy. */
    private static @Nullable Duration retry(String value) throws Refusal {
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofMillis(Math.max(LEAST_RETRY_MILLIS, Long.parseLong(value)));
        }
        return Words.yes(value) ? Duration.ofSeconds(1) : null;
    }
}
