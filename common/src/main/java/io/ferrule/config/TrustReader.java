package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a client's tunnel knows its server by: exactly one way, chosen by the operator. */
final class TrustReader {
    private static final List<String> WAYS = List.of("pin", "server-certificate", "ca");

    private final Values values;
    private final TunnelSettings said;
    private final @Nullable Address target;
    private final List<Problem> problems;

    TrustReader(Values values, TunnelSettings said, @Nullable Address target, List<Problem> problems) {
        this.values = values;
        this.said = said;
        this.target = target;
        this.problems = problems;
    }

    /** What the server is known by, or null after at least one problem. */
    @Nullable
    ServerTrust trust() {
        List<String> ways = WAYS.stream().filter(values::has).toList();
        // Each is read even if it cannot stay, so that its own problems are told in the same pass.
        List<Pin> pins = values.list("pin", Pin::parse);
        List<Pin> next = values.list("next-pin", Pin::parse);
        Path stored = values.path("server-certificate");
        Path bundle = values.path("ca");
        List<NamePattern> names = values.list("verify-name", NamePattern::parse);
        boolean allowExpired = values.isOn("insecure-allow-expired");
        check(ways, allowExpired);
        if (!pins.isEmpty()) {
            return new ServerTrust.Pins(pins, next, allowExpired);
        }
        if (stored != null) {
            return new ServerTrust.StoredCertificate(stored, allowExpired);
        }
        return bundle == null ? null : new ServerTrust.Authority(bundle, names);
    }

    /** The name to send and perhaps to check; null for the target's host. */
    @Nullable
    String serverName() {
        String name = values.optional("server-name", TrustReader::name);
        boolean checked = values.has("ca") && !values.has("verify-name");
        if (name != null && isIpAddress(name) && !checked) {
            values.problem(
                    "server-name",
                    "the IP address " + name + " has no effect "
                            + (values.has("ca") ? "beside verify-name" : "without ca")
                            + ": SNI carries names only (RFC 6066 §3), and nothing else looks at it; remove it");
        }
        if (!values.has("server-name") && checked && target instanceof Address.Unix) {
            values.problem(
                    "ca",
                    "it needs server-name or verify-name too: the socket " + target
                            + " has no host name to check the certificate for");
        }
        return name;
    }

    private void check(List<String> ways, boolean allowExpired) {
        if (ways.isEmpty()) {
            problems.add(
                    said.problem(
                            "nothing says how the server is known; choose one: invitation (the file that \"proxy-server"
                                    + " invite\" writes), pin (its key; \"proxy-client pin "
                                    + (target instanceof Address.Tcp ? target : "HOST:PORT")
                                    + "\" asks the server for it, \"proxy-server pin FILE\" prints it beside the certificate),"
                                    + " server-certificate (a PEM copy of its certificate), or ca (a PEM bundle that signed it)"));
        } else if (ways.size() > 1) {
            values.problem(ways.get(ways.size() - 1), String.join(" and ", ways) + " exclude each other: choose one");
        }
        if (values.has("next-pin") && !values.has("pin")) {
            values.problem(
                    "next-pin",
                    "it has no effect without pin, the key that the server has now: give that too, or write pin instead");
        }
        if (values.has("verify-name") && !values.has("ca")) {
            values.problem(
                    "verify-name",
                    "it has no effect without ca: a pinned key or a stored certificate counts whatever name it carries;"
                            + " remove it");
        }
        if (allowExpired && ways.equals(List.of("ca"))) {
            values.problem(
                    "insecure-allow-expired",
                    "it has no effect with ca, whose certificates are always refused once expired: remove it");
        }
    }

    private static String name(String text) {
        String name = text.strip();
        if (name.length() > 253 || !(isIpAddress(name) || name.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*"))) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not a host name or an IP address; write it without port");
        }
        return name;
    }

    private static boolean isIpAddress(String name) {
        return name.matches("\\d{1,3}(\\.\\d{1,3}){3}") || name.matches("[0-9A-Fa-f]*:[0-9A-Fa-f:.]+");
    }
}
