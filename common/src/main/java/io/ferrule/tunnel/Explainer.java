package io.ferrule.tunnel;

import io.ferrule.config.AcceptProxy;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ClientChecks;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.NamedService;
import io.ferrule.config.Negotiation;
import io.ferrule.config.Negotiation.Protocol;
import io.ferrule.config.Revocation;
import io.ferrule.config.SendProxy;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerCheck;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.tunnel.Explanation.Part;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a tunnel into words. What is said of peers comes from the checks that judge them: they are asked what they ask, and are
 * shown what they would refuse.
 */
final class Explainer {
    private final TunnelMaterial material;
    private final TunnelTls tls;
    private final Address listen;
    private final KeyMaterial stranger;
    private final List<Part> parts = new ArrayList<>();

    /**
     * Nothing is asked yet.
     *
     * @param listen where the tunnel listens, or is to
     * @param stranger a certificate that nobody knows
     */
    Explainer(TunnelMaterial material, TunnelTls tls, Address listen, KeyMaterial stranger) {
        this.material = material;
        this.tls = tls;
        this.listen = listen;
        this.stranger = stranger;
    }

    Explanation explain() {
        TunnelConfig config = material.config();
        AcceptTls accept = config.accept().tls();
        ConnectTls connect = config.connect().tls();
        ConnectLeg leg = config.connect();
        clients(accept);
        if (!config.accept().checks().equals(ClientChecks.NONE)) {
            part(
                    "What is asked about them first",
                    ClientGate.words(config.accept().checks()));
        }
        if (!config.accept().proxy().equals(AcceptProxy.NOBODY)) {
            part(
                    "Whose word is taken for where clients are",
                    ProxyWords.believed(config.accept().proxy()));
        }
        if (config.connect().proxy() != SendProxy.OFF) {
            part(
                    "What the target is told of clients",
                    ProxyWords.told(config.connect().proxy()));
        }
        if (leg.targets().size() > 1 || leg.source() != null) {
            part("Where connections go", ways(leg));
        }
        if (connect != null) {
            server(connect, leg);
        }
        part("What travels in plaintext", plaintext(accept, leg));
        if (accept != null) {
            part("How TLS is spoken with clients", PskWords.spoken(accept));
            part("How their sessions are continued", PskWords.ticketed(accept));
            part("What is shown to them", ShownWords.of(accept, material));
        }
        if (connect != null) {
            part("How TLS is spoken with the server", PskWords.spoken(connect));
            part("How its sessions are continued", PskWords.kept(connect));
            part("What is shown to it", ShownWords.of(connect, material));
        }
        part("What would be refused", new RefusedWords(tls, stranger).of(config));
        List<String> unsafe = new ArrayList<>(config.unsafeChoices());
        unsafe.addAll(material.cautions());
        part("Unsafe choices", unsafe.isEmpty() ? List.of("None.") : unsafe);
        String summary = TlsWords.versions(accept == null ? null : accept.settings()) + " on " + listen + ", "
                + TlsWords.versions(connect == null ? null : connect.settings()) + " to " + leg.words();
        return new Explanation(config.name(), summary, parts);
    }

    private void part(String heading, List<String> sentences) {
        parts.add(new Part(heading, sentences));
    }

    private void clients(@Nullable AcceptTls accept) {
        if (accept == null) {
            part("Who may connect", List.of(locals()));
            return;
        }
        if (accept.preShared() != null) {
            List<String> words = new ArrayList<>(PskWords.clients(accept.preShared()));
            if (!accept.isPreSharedOnly()) {
                clients(tls.check(""), accept.access(), accept.revocation(), listen)
                        .forEach(word -> words.add("Without a key: " + word));
            }
            part("Who may connect", words);
        } else if (!accept.refuseUnknownNames()) {
            part("Who may connect", clients(tls.check(""), accept.access(), accept.revocation(), listen));
        }
        for (NamedService named : accept.names()) {
            List<String> said =
                    new ArrayList<>(clients(tls.check(named.name()), named.access(), named.revocation(), listen));
            said.add("Their connections go to " + named.connect().words() + ".");
            part("Who may connect by the name " + named.name(), said);
        }
        if (!accept.names().isEmpty()) {
            part(
                    "Clients that ask for another name, or for none",
                    List.of(
                            accept.refuseUnknownNames()
                                    ? "They are refused."
                                    : "They are served as those who ask for the tunnel itself."));
        }
    }

    private String locals() {
        if (listen instanceof Address.Program) {
            return "Nobody from elsewhere: this program starts " + listen + " itself.";
        }
        if (listen instanceof Address.Standard) {
            return "Whoever has started this program; nobody is asked who they are.";
        }
        if (listen instanceof Address.Unix unix) {
            return unix.isAbstract()
                    ? "Every user of this machine."
                    : "Users of this machine that the permissions of " + unix.path() + " let in.";
        }
        return listen.isLocal()
                ? "Every user and program of this machine; nobody is asked who they are."
                : "Anyone who reaches " + listen + ", from other machines too; nobody is asked who they are.";
    }

    private static List<String> clients(
            @Nullable PeerCheck check, Access access, Revocation revocation, Address listen) {
        if (check == null) {
            return List.of("Anyone who reaches " + listen + "; no certificate is asked for.");
        }
        List<String> words = new ArrayList<>(check.words());
        ConnectLeg elsewhere = access.redirection();
        if (elsewhere != null) {
            words.add("Elsewhere is " + elsewhere.words() + ", in plaintext.");
        }
        words.addAll(asked(check, revocation));
        return words;
    }

    private static List<String> ways(ConnectLeg leg) {
        List<String> words = new ArrayList<>();
        if (leg.targets().size() > 1) {
            words.add(
                    switch (leg.failover()) {
                        case PRIORITY -> "To the first of " + leg.words() + " that can be connected to.";
                        case ROUND_ROBIN ->
                            "To " + leg.words() + " in turn; where one cannot be connected to, to the next that can.";
                    });
        }
        InetAddress source = leg.source();
        if (source != null) {
            words.add("From the address " + source.getHostAddress() + " of this machine.");
        }
        return words;
    }

    private void server(ConnectTls connect, ConnectLeg leg) {
        List<String> words = new ArrayList<>(proof(connect));
        String name = tls.serverName(Leg.CONNECT);
        words.add(
                name == null ? "It is asked for by no name (SNI)." : "It is asked for by the name " + name + " (SNI).");
        part("What the server at " + leg.words() + " is known by", words);
    }

    private List<String> proof(ConnectTls connect) {
        if (connect.trust() instanceof ServerTrust.PreShared preShared) {
            return PskWords.server(preShared);
        }
        PeerCheck check = tls.serverCheck();
        if (check == null) {
            throw new IllegalStateException("a connect leg with TLS verifies its server");
        }
        List<String> words = new ArrayList<>(check.verifier().words());
        words.addAll(asked(check, connect.revocation()));
        return words;
    }

    /** What is asked about certificates besides what a verifier sees in them. */
    private static List<String> asked(PeerCheck check, Revocation revocation) {
        if (check.status() == null) {
            return List.of();
        }
        String whom =
                switch (revocation.ocsp()) {
                    case OFF -> "A stapled OCSP response is judged; nobody else is asked for one.";
                    case STAPLED -> "Each certificate needs a stapled OCSP response that says it is good.";
                    case AIA ->
                        "Whether a certificate has been revoked is asked of the OCSP responder that it names, unless a response"
                                + " is stapled.";
                    case AIA_IF_NAMED ->
                        "Whether a certificate has been revoked is asked of the OCSP responder that it names, unless a response"
                                + " is stapled; one that names none is not asked about.";
                    case RESPONDER ->
                        "Whether a certificate has been revoked is asked of the OCSP responder "
                                + revocation.responder() + ", unless a response is stapled.";
                    case RESPONDER_THEN_AIA ->
                        "Whether a certificate has been revoked is asked of the OCSP responder "
                                + revocation.responder()
                                + ", and where that does not know of the one that it names, unless a response is stapled.";
                };
        return List.of(
                whom,
                revocation.allowUnknown()
                        ? "If that cannot be found out, the peer is let in all the same."
                        : "If that cannot be found out, the peer is refused (" + HandshakeFailure.STATUS_UNKNOWN.label()
                                + ").");
    }

    private List<String> plaintext(@Nullable AcceptTls accept, ConnectLeg leg) {
        ConnectTls connect = leg.tls();
        List<String> words = new ArrayList<>();
        if (accept == null) {
            words.add(reach(
                    "What clients send and receive, between them and this program at " + listen, listen.isLocal()));
        }
        for (Address target : connect == null ? leg.targets() : List.<Address>of()) {
            words.add(reach("What is forwarded, between this program and " + target, target.isLocal()));
        }
        words.addAll(beforeTls(material.config().negotiation()));
        if (accept != null) {
            for (NamedService named : accept.names()) {
                for (Address target : named.connect().targets()) {
                    if (connect == null && !leg.targets().contains(target)) {
                        words.add(reach(
                                "What is forwarded for " + named.name() + ", between this program and " + target,
                                target.isLocal()));
                    }
                }
            }
            words.add("Nothing else: between clients and this program all is inside TLS, except "
                    + TlsWords.open(accept.settings(), "a client asks for"));
        }
        if (connect != null) {
            words.add("Nothing else: between this program and " + leg.words() + " all is inside TLS, except "
                    + TlsWords.open(connect.settings(), "is asked for"));
        }
        return words;
    }

    private static List<String> beforeTls(@Nullable Negotiation talk) {
        if (talk == null || Set.of(Protocol.PROXY, Protocol.SOCKS).contains(talk.protocol())) {
            return List.of();
        }
        return List.of(
                "What protocol = " + talk.protocol().name().toLowerCase(Locale.ROOT)
                        + " says before TLS: whoever is on the way can read and change that, and keep the peers from coming to TLS.");
    }

    private static String reach(String what, boolean local) {
        return what
                + (local
                        ? ". It stays on this machine."
                        : ". It crosses a network: whoever is on it can read and change it.");
    }
}
