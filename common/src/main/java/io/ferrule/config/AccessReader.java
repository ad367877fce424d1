package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads who may connect to a server's tunnel: exactly one way, chosen by the operator. */
final class AccessReader {
    private static final List<String> WAYS = List.of("access", "client-pin", "client-ca");

    private final Values values;
    private final TunnelSettings said;
    private final List<Problem> problems;

    AccessReader(Values values, TunnelSettings said, List<Problem> problems) {
        this.values = values;
        this.said = said;
        this.problems = problems;
    }

    /** Who may connect, or null after at least one problem. */
    @Nullable
    Access read() {
        List<String> ways = WAYS.stream().filter(values::has).toList();
        // Each is read even if it cannot stay, so that its own problems are told in the same pass.
        String anyone = values.optional("access", AccessReader::anyone);
        List<Pin> pins = values.list("client-pin", Pin::parse);
        Path bundle = values.path("client-ca");
        List<NamePattern> names = values.list("client-name", NamePattern::parse);
        boolean allowExpired = values.isOn("insecure-allow-expired");
        check(ways, allowExpired);
        if (anyone != null) {
            return new Access.Anyone();
        }
        if (!pins.isEmpty()) {
            return Access.Clients.pinned(pins, allowExpired);
        }
        return bundle == null || names.isEmpty() ? null : Access.Clients.signed(bundle, names);
    }

    private void check(List<String> ways, boolean allowExpired) {
        if (ways.isEmpty()) {
            problems.add(said.problem("nothing says who may connect; choose one: access: anyone (whoever reaches the"
                    + " port), client-pin (the clients with these keys; \"proxy-server pin FILE\" prints the pin of a"
                    + " certificate), or client-ca with client-name (the clients whose certificates this authority"
                    + " signed)"));
        } else if (ways.size() > 1) {
            values.problem(ways.get(ways.size() - 1), String.join(" and ", ways) + " exclude each other: choose one");
        }
        if (values.has("client-ca") && !values.has("client-name")) {
            values.problem(
                    "client-ca",
                    "it needs client-name too: which names may connect, such as dns:app.example, or * for every"
                            + " certificate of the authority");
        }
        if (values.has("client-name") && !values.has("client-ca")) {
            values.problem("client-name", "a name has no effect without client-ca: give it too, or remove the name");
        }
        if (allowExpired && !ways.isEmpty() && !values.has("client-pin")) {
            values.problem("insecure-allow-expired", "it has no effect without client-pin: remove it");
        }
    }

    private static String anyone(String text) {
        if (!text.strip().equals("anyone")) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is not understood: the only value is anyone; to let certain clients connect give client-pin or"
                    + " client-ca instead");
        }
        return "anyone";
    }
}
