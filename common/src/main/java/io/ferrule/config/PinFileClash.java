package io.ferrule.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells which tunnels would write their pins over one another's. */
final class PinFileClash {
    private static final String OPTION = "publish-pin";

    private PinFileClash() {}

    /** A problem for each tunnel that publishes its pin where an earlier one does. */
    static List<Problem> problems(List<TunnelConfig> tunnels, List<TunnelSettings> said) {
        List<Problem> problems = new ArrayList<>();
        Map<Path, String> names = new HashMap<>();
        for (TunnelConfig tunnel : tunnels) {
            Path file = file(tunnel);
            String first = file == null ? null : names.putIfAbsent(file.normalize(), tunnel.name());
            if (first != null) {
                said.stream()
                        .filter(s -> s.name().equals(tunnel.name()))
                        .flatMap(s -> s.settings().find(OPTION).stream())
                        .forEach(s -> problems.add(s.problem(
                                file + " is also written by tunnel " + first + ": give each a file of its own")));
            }
        }
        return problems;
    }

    private static @Nullable Path file(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        return tls == null ? null : tls.publishPin();
    }
}
