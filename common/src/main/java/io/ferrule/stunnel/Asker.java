package io.ferrule.stunnel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;

/** What the drafts of a section ask of the machine, and where they say what they find. */
final class Asker {
    private final StunnelHost host;
    private final StunnelLog log;
    private final AddressText addresses;

    Asker(StunnelHost host, StunnelLog log) {
        this.host = host;
        this.log = log;
        this.addresses = new AddressText(host, log);
    }

    void log(int level, String text) {
        log.log(level, "ui", text);
    }

    /** An address that could be used now; why there is none is logged. */
    Optional<StunnelAddress> resolved(String text) {
        return addresses.parse(text).filter(addresses::resolves);
    }

    /** An address whose host may yet be unknown. */
    Optional<StunnelAddress> parsed(String text) {
        return addresses.parse(text);
    }

    boolean resolves(StunnelAddress address) {
        return addresses.resolves(address);
    }

    boolean resolves(String text) {
        return resolved(text).isPresent();
    }

    /** A host without port. */
    InetAddress local(String name) throws Refusal {
        try {
            return host.addresses(name.equals("*") ? "0.0.0.0" : name).get(0);
        } catch (UnknownHostException e) {
            addresses.unresolved(name);
            throw new Refusal("Failed to resolve local address");
        }
    }

    int user(String value) throws Refusal {
        return Words.account(value, n -> number(host.user(n)), "Illegal UID");
    }

    int group(String value) throws Refusal {
        return Words.account(value, n -> number(host.group(n)), "Illegal GID");
    }

    private static int number(OptionalInt found) {
        return found.orElse(-1);
    }
}
