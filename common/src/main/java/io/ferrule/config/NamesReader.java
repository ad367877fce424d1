package io.ferrule.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a server's tunnel says of single server names. */
final class NamesReader {
    private static final List<String> KEYS =
            List.of("certificate", "certificate-pem", "key", "key-pem", "key-password");

    private final TunnelSettings said;
    private final List<Problem> problems;

    NamesReader(TunnelSettings said, List<Problem> problems) {
        this.said = said;
        this.problems = problems;
    }

    /** Those that could be read. What is wrong with the tunnel itself is told once. */
    List<NamedService> read() {
        List<NamedService> services = new ArrayList<>();
        for (TunnelSettings own : said.services()) {
            List<Problem> found = new ArrayList<>();
            NamedService service = read(own, said.whole(own), found);
            found.stream().filter(p -> !problems.contains(p)).forEach(problems::add);
            if (service != null) {
                services.add(service);
            }
        }
        return services;
    }

    private static @Nullable NamedService read(TunnelSettings own, TunnelSettings whole, List<Problem> found) {
        Values values = new Values(Role.SERVER, whole.settings(), found);
        // Not those of the tunnel: a key of one and a certificate of the other would be a pair that nobody meant.
        Values ownValues = new Values(Role.SERVER, own.settings(), found);
        KeySources keys = KEYS.stream().anyMatch(ownValues::has) ? new KeysReader(ownValues).read() : null;
        Address target = TunnelReader.serverTarget(values);
        Access access = new AccessReader(values).read();
        if (access instanceof Access.Anyone && !ownValues.has("deny")) {
            values = new Values(Role.SERVER, whole.settings().without("deny"), found); // the tunnel's, of no use here
        }
        Revocation revocation = new RevocationReader(Role.SERVER, values).ofClients(access);
        return access == null ? null : new NamedService(own.name(), keys, access, revocation, target);
    }
}
