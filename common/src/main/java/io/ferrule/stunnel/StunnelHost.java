package io.ferrule.stunnel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** What a configuration asks the machine for while it is read: names of hosts, ports, users and groups. May block. */
public interface StunnelHost {
    /**
     * The addresses of a host name or of a literal address, at least one.
     *
     * @throws UnknownHostException if it has none
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** The port of a TCP service such as {@code https}; empty if there is none of that name. */
    OptionalInt port(String service);

    /** The number of a user by name; empty if there is none. */
    OptionalInt user(String name);

    /** The number of a group by name; empty if there is none. */
    OptionalInt group(String name);

    /** True if the process can become another user's; only root's may. */
    default boolean givesUpPrivileges() {
        return false;
    }

    /** Who may connect, as hosts_access(5) has it. */
    default Path hostsAllow() {
        return Path.of("/etc/hosts.allow");
    }

    /** Who may not. */
    default Path hostsDeny() {
        return Path.of("/etc/hosts.deny");
    }

    /** This machine, by its resolver and {@code /etc/services}, {@code /etc/passwd} and {@code /etc/group}. */
    static StunnelHost here() {
        return new ThisHost();
    }
}
