package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one tunnel of what is said of it, by the rules of the program it is for. */
final class TunnelReader {
    private final Role role;
    private final TunnelSettings said;
    private final List<Problem> problems;
    private final Values values;
    private final BoundsReader bounds;
    private final @Nullable Address listen;

    TunnelReader(Role role, TunnelSettings said, List<Problem> problems) {
        this.role = role;
        this.said = said;
        this.problems = problems;
        this.values = new Values(role, said.settings(), problems);
        this.bounds = new BoundsReader(values);
        this.listen = values.has("listen") ? values.optional("listen", this::listenable) : listenByDefault();
    }

    /** Where it listens; null if that was said unreadably. */
    @Nullable
    Address listen() {
        return listen;
    }

    /** The tunnel, or null after at least one problem. */
    @Nullable
    TunnelConfig read() {
        return switch (role) {
            case SERVER -> server();
            case CLIENT -> client();
        };
    }

    private @Nullable TunnelConfig server() {
        Address target = serverTarget(values);
        KeySources keys = new KeysReader(values).read();
        Path publishPin = values.path("publish-pin");
        boolean staple = values.isOn("staple");
        TlsSettings settings = new TlsReader(role, values).read();
        Limits limits = bounds.limits();
        Timeouts timeouts = bounds.timeouts();
        Access access = new AccessReader(values).read();
        Revocation revocation = new RevocationReader(role, values).ofClients(access);
        List<NamedService> names = new NamesReader(said, problems).read();
        boolean refuseUnknown = refusesUnknownNames();
        ProxyReader proxy = new ProxyReader(role, values);
        AcceptProxy awaited = proxy.accept(listen);
        SendProxy sent = proxy.send();
        return access == null || listen == null
                ? null
                : new TunnelConfig(
                        said.name(),
                        new AcceptLeg(
                                listen,
                                new AcceptTls(
                                        keys, access, settings, revocation, publishPin, staple, names, refuseUnknown),
                                awaited),
                        new ConnectLeg(target, null).withProxy(sent),
                        limits,
                        timeouts);
    }

    private @Nullable TunnelConfig client() {
        if (listen != null && leaksPlaintext(values, listen)) {
            values.problem(
                    "listen",
                    listen + " is reachable from other machines, and bytes would arrive in plaintext: listen on"
                            + " 127.0.0.1, or allow this with insecure-plaintext");
        }
        if (listen instanceof Address.Passed && values.isOn("insecure-plaintext")) {
            values.problem(
                    "insecure-plaintext",
                    "it does not hold for a socket that systemd passes, which has to be on this machine: remove it, or"
                            + " listen on HOST:PORT");
        }
        Address target = values.optional("target", TunnelReader::remote);
        if (!values.has("target")) {
            problems.add(said.problem("target is missing: give the HOST:PORT of the server"));
        }
        KeySources keys = new KeysReader(values).read();
        TlsSettings settings = new TlsReader(role, values).read();
        Limits limits = bounds.limits();
        Timeouts timeouts = bounds.timeouts();
        TrustReader trustReader = new TrustReader(values, said, target, problems);
        ServerTrust trust = trustReader.trust();
        String serverName = trustReader.serverName();
        Revocation revocation = new RevocationReader(role, values).ofServer();
        ProxyReader proxy = new ProxyReader(role, values);
        AcceptProxy awaited = proxy.accept(listen);
        SendProxy sent = proxy.send();
        return trust == null || target == null || listen == null
                ? null
                : new TunnelConfig(
                        said.name(),
                        new AcceptLeg(listen, null, awaited),
                        new ConnectLeg(target, new ConnectTls(trust, revocation, serverName, keys, settings))
                                .withProxy(sent),
                        limits,
                        timeouts);
    }

    private boolean refusesUnknownNames() {
        boolean refuse = values.required("unknown-names", text -> switch (text.strip()) {
            case "serve" -> false;
            case "refuse" -> true;
            default ->
                throw new IllegalArgumentException(Quoted.of(text) + " is not one of serve, refuse"
                        + Nearest.hint(text, List.of("serve", "refuse")));
        });
        if (refuse && said.services().isEmpty()) {
            values.problem("unknown-names", "without names every name is unknown: add names, or remove it");
        }
        return refuse;
    }

    /** Where a server's tunnel, or one of its names, connects: what leaves the machine in plaintext needs a word. */
    static Address serverTarget(Values values) {
        Address target = values.required("target", text -> connectable(Address.parse(text, "127.0.0.1")));
        if (leaksPlaintext(values, target)) {
            values.problem(
                    "target",
                    target + " is not on this machine, and bytes would travel there in plaintext: run proxy-server"
                            + " beside it, or allow this with insecure-plaintext");
        }
        return target;
    }

    private static boolean leaksPlaintext(Values values, Address plaintextLeg) {
        return !values.isOn("insecure-plaintext") && !plaintextLeg.isLocal();
    }

    private Address listenable(String text) {
        return Address.parseListen(text, role.defaultListenHost());
    }

    private Address listenByDefault() {
        return values.required("listen", this::listenable);
    }

    private static Address remote(String text) {
        if (text.strip().matches("\\d+")) {
            throw new IllegalArgumentException("\"" + text + "\" names no host: write HOST:" + text.strip());
        }
        return connectable(Address.parse(text, "127.0.0.1"));
    }

    private static Address connectable(Address address) {
        if (address instanceof Address.Tcp tcp && tcp.port() == 0) {
            throw new IllegalArgumentException("port 0 cannot be connected to: write a port from 1 to 65535");
        }
        return address;
    }
}
