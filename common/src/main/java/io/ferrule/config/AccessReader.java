package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads who may connect to a server's tunnel, or to one name of it: anyone, or whoever one of several ways knows. */
final class AccessReader {
    private static final List<String> WAYS = List.of("client-pin", "client-ca");
    private static final String ANYONE = "anyone";
    private static final String INVITED = "invited";

    private final Values values;

    AccessReader(Values values) {
        this.values = values;
    }

    /** Who may connect, those that are invited if nothing is said; null after at least one problem. */
    @Nullable
    Access read() {
        // Each is read even if it cannot stay, so that its own problems are told in the same pass.
        String who = values.optional("access", AccessReader::who);
        List<Pin> pins = values.list("client-pin", Pin::parse);
        Path bundle = values.path("client-ca");
        List<NamePattern> names = values.list("client-name", NamePattern::parse);
        boolean allowExpired = values.isOn("insecure-allow-expired");
        boolean optional = isOptional();
        boolean invited =
                INVITED.equals(who) || (!values.has("access") && WAYS.stream().noneMatch(values::has));
        check(ANYONE.equals(who), allowExpired);
        if (ANYONE.equals(who)) {
            return new Access.Anyone();
        }
        Access.Authority authority = bundle == null || names.isEmpty() ? null : new Access.Authority(bundle, names);
        return pins.isEmpty() && authority == null && !invited
                ? null
                : new Access.Clients(pins, allowExpired, authority, invited, optional);
    }

    private boolean isOptional() {
        String said = values.optional("client-certificate", AccessReader::requirement);
        return "optional".equals(said);
    }

    private void check(boolean anyone, boolean allowExpired) {
        List<String> ways = WAYS.stream().filter(values::has).toList();
        if (anyone && !ways.isEmpty()) {
            values.problem(
                    ways.get(ways.size() - 1),
                    "access: anyone lets everybody in, so that " + String.join(" and ", ways)
                            + " would keep nobody out: choose one");
        }
        if (anyone && values.has("client-certificate")) {
            values.problem(
                    "client-certificate",
                    "it has no effect with access: anyone, which asks for no certificate: remove it");
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
        if (allowExpired && !values.has("client-pin")) {
            values.problem("insecure-allow-expired", "it has no effect without client-pin: remove it");
        }
    }

    private static String who(String text) {
        String who = text.strip();
        if (!who.equals(ANYONE) && !who.equals(INVITED)) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is not understood: write anyone (whoever reaches the port) or invited (clients that"
                    + " \"proxy-server invite\" made); for other clients give client-pin or client-ca");
        }
        return who;
    }

    private static String requirement(String text) {
        String said = text.strip();
        if (!said.equals("required") && !said.equals("optional")) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not one of required, optional");
        }
        return said;
    }
}
