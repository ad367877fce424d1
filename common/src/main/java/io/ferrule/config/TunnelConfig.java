package io.ferrule.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel: what it accepts, where it connects, and its bounds. The core does not ask which program it runs in.
 *
 * @param negotiation what is said around TLS; null for nothing, which it mostly is
 * @param sockets what is asked of its sockets besides
 */
public record TunnelConfig(
        String name,
        AcceptLeg accept,
        ConnectLeg connect,
        Limits limits,
        Timeouts timeouts,
        @Nullable Negotiation negotiation,
        SocketRules sockets) {
    /** One that speaks TLS from the first byte on. */
    public TunnelConfig(String name, AcceptLeg accept, ConnectLeg connect, Limits limits, Timeouts timeouts) {
        this(name, accept, connect, limits, timeouts, null, SocketRules.NONE);
    }

    /** The unsafe choices in effect, a sentence each, to be logged as warnings at every start; mostly empty. */
    public List<String> unsafeChoices() {
        List<String> choices = new ArrayList<>();
        if (accept.tls() == null && !accept.listen().isLocal()) {
            choices.add("insecure-plaintext: applications reach " + accept.listen()
                    + " without TLS, so anybody on their network can read and change what they send");
        }
        for (Address target : connect.tls() == null ? connect.targets() : List.<Address>of()) {
            if (!target.isLocal()) {
                choices.add("insecure-plaintext: bytes travel to " + target
                        + " without TLS, so anybody on that network can read and change them");
            }
        }
        for (NamedService service :
                accept.tls() == null ? List.<NamedService>of() : accept.tls().names()) {
            for (Address target : service.connect().targets()) {
                if (!target.isLocal() && !connect.targets().contains(target)) {
                    choices.add("insecure-plaintext: bytes of the name " + service.name() + " travel to " + target
                            + " without TLS, so anybody on that network can read and change them");
                }
            }
        }
        if (accept.proxy().anyone() && !accept.listen().isLocal()) {
            choices.add("accept-proxy anyone: whoever reaches " + accept.listen()
                    + " says which address it comes from, so the log and max-connections-per-source believe anybody");
        }
        AcceptTls clients = accept.tls();
        if (clients != null) {
            redirections(clients)
                    .forEach(target ->
                            choices.add("insecure-plaintext: bytes of clients that are redirected" + " travel to "
                                    + target + " without TLS, so anybody on that network can read and change them"));
            choices.addAll(ofClients(clients.access(), clients.revocation(), ""));
            clients.names().forEach(s -> choices.addAll(ofClients(s.access(), s.revocation(), "of " + s.name() + " ")));
        }
        ConnectTls server = connect.tls();
        if (server != null) {
            choices.addAll(ofServer(server));
        }
        return List.copyOf(choices);
    }

    /** True if where clients wanted to go before they were redirected has to be known. */
    public boolean asksForOriginal() {
        boolean toSocks =
                connect.tls() != null && negotiation != null && negotiation.protocol() == Negotiation.Protocol.SOCKS;
        AcceptTls clients = accept.tls();
        return toSocks
                || connect.target() instanceof Address.Original
                || (clients != null
                        && clients.names().stream().anyMatch(name -> name.target() instanceof Address.Original));
    }

    /** Where clients go over a network that are not trusted. */
    private static List<Address> redirections(AcceptTls clients) {
        return Stream.concat(
                        Stream.of(clients.access()), clients.names().stream().map(NamedService::access))
                .flatMap(access -> Stream.ofNullable(access.redirection()))
                .flatMap(leg -> leg.targets().stream())
                .filter(target -> !target.isLocal())
                .distinct()
                .toList();
    }

    /** The same with another accept leg. */
    public TunnelConfig withAccept(AcceptLeg leg) {
        return new TunnelConfig(name, leg, connect, limits, timeouts, negotiation, sockets);
    }

    /** The same, but no more connections at once than so many. */
    public TunnelConfig withAtMost(int connections) {
        return new TunnelConfig(name, accept, connect, limits.withAtMost(connections), timeouts, negotiation, sockets);
    }

    /** The same, but with this to be said around TLS. */
    public TunnelConfig withNegotiation(@Nullable Negotiation asked) {
        return new TunnelConfig(name, accept, connect, limits, timeouts, asked, sockets);
    }

    private static List<String> ofClients(Access access, Revocation revocation, String of) {
        List<String> choices = new ArrayList<>();
        if (access instanceof Access.Clients clients && clients.allowExpired()) {
            choices.add("insecure-allow-expired: clients " + of
                    + "with a pinned key may connect with an expired certificate");
        }
        if (access instanceof Access.Verified verified
                && verified.verification().required()
                && !verified.verification().isProof()) {
            choices.add("neither verifyChain nor verifyPeer: clients " + of
                    + "need a certificate, but one that anybody can make will do");
        }
        if (revocation.allowUnknown()) {
            choices.add("insecure-allow-unknown-status: clients " + of
                    + "may connect although nobody can tell whether their certificate is revoked");
        }
        return choices;
    }

    private List<String> ofServer(ConnectTls server) {
        List<String> choices = new ArrayList<>();
        if (allowsExpired(server.trust())) {
            choices.add("insecure-allow-expired: " + connect.words() + " is trusted with an expired certificate too");
        }
        if (server.revocation().allowUnknown()) {
            choices.add("insecure-allow-unknown-status: " + connect.words()
                    + " is trusted although nobody can tell whether its certificate is revoked");
        }
        if (server.trust() instanceof ServerTrust.Authority authority
                && authority.names().stream().anyMatch(n -> n.kind() == NamePattern.Kind.ANY)) {
            choices.add("verify-name *: whoever has any certificate of " + authority.bundle() + " can pass for "
                    + connect.words());
        }
        if (server.trust() instanceof ServerTrust.Verified verified) {
            choices.addAll(ofServer(verified.verification()));
        }
        return choices;
    }

    private List<String> ofServer(Verification asked) {
        if (!asked.isProof()) {
            return List.of("neither verifyChain nor verifyPeer: nothing proves who answers at " + connect.words()
                    + ", so anybody on the way can pass for it, and read and change everything");
        }
        return asked.stored() || !asked.names().isEmpty()
                ? List.of()
                : List.of("verifyChain without checkHost, checkIP or checkEmail: whoever has " + asked.words()
                        + " can pass for " + connect.words());
    }

    private static boolean allowsExpired(ServerTrust trust) {
        return (trust instanceof ServerTrust.Pins pins && pins.allowExpired())
                || (trust instanceof ServerTrust.StoredCertificate stored && stored.allowExpired());
    }
}
