package io.ferrule.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about a client before anything is said to it. Only stunnel's configuration does.
 *
 * @param hosts who hosts.allow and hosts.deny let in; null if they are not read
 * @param ident whose connection it has to be; null for anybody's
 */
public record ClientChecks(@Nullable Hosts hosts, @Nullable Ident ident) {
    /** Nothing is asked. */
    public static final ClientChecks NONE = new ClientChecks(null, null);

    /**
     * Whose connection it has to be, as the client's machine says (RFC 1413).
     *
     * @param user its name there
     * @param port where the machine is asked
     */
    public record Ident(String user, int port) {}

    /**
     * The files of hosts_access(5).
     *
     * @param daemon what rules call the tunnel; null if it is not asked about
     * @param named what rules call its services, by their names, of those that are asked about once they are chosen
     */
    public record Hosts(Path allow, Path deny, @Nullable String daemon, Map<String, String> named) {
        public Hosts {
            named = Map.copyOf(named);
        }
    }
}
