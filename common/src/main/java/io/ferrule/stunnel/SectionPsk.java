package io.ferrule.stunnel;

import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.ServerTrust;
import io.ferrule.stunnel.StunnelService.PeerCheck;
import io.ferrule.stunnel.StunnelService.Tls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a section does with pre-shared keys. */
final class SectionPsk {
    private SectionPsk() {}

    /** True if it has some. */
    static boolean isUsed(StunnelService service) {
        return !service.psk().keys().isEmpty();
    }

    /**
     * A server's; null without any.
     *
     * @param certificate whether it has one for clients without a key
     * @throws Refusal if it asks for certificates of clients to whom it has none to show itself
     */
    static @Nullable PreSharedKeys clients(StunnelService service, boolean certificate, List<String> notices)
            throws Refusal {
        if (!isUsed(service)) {
            return null;
        }
        PeerCheck peer = service.peer();
        if (!certificate && (peer.request() || peer.require() || peer.verifies())) {
            throw new Refusal(
                    "Client certificates cannot be asked for without \"cert\"",
                    "clients with a pre-shared key show no certificate, and there are no others: remove verifyChain,"
                            + " verifyPeer, requireCert and verify, or give a cert");
        }
        if (certificate && peer.request()) {
            notices.add("clients with a pre-shared key show no certificate, and none is asked of them");
        }
        if (service.resumption().ticketSecrets() != null) {
            notices.add("ticketKeySecret, ticketMacSecret: clients with a pre-shared key get no tickets");
        }
        return new PreSharedKeys(service.psk().keys(), ciphers(service));
    }

    /**
     * Makes sure that clients are not handed over by their server name to a section with keys, or from one.
     *
     * @throws Refusal if the section has some
     */
    static void refuseVirtual(StunnelService service) throws Refusal {
        if (isUsed(service)) {
            throw new Refusal(
                    "\"PSKsecrets\" together with \"sni\" is not done by Ferrule",
                    "with TLS 1.3 stunnel takes the keys of the section that accepts, and connects to that of the server"
                            + " name: whoever has a key of the one reaches the other. Give the services with pre-shared"
                            + " keys ports of their own");
        }
    }

    /**
     * What a client knows its server by; null without keys.
     *
     * @throws Refusal if it is to verify a certificate as well
     */
    static ServerTrust.@Nullable PreShared server(StunnelService service, List<String> notices) throws Refusal {
        if (!isUsed(service)) {
            return null;
        }
        if (service.peer().verifies()) {
            throw new Refusal(
                    "\"PSKsecrets\" together with \"verifyChain\" or \"verifyPeer\" is not done by Ferrule",
                    "a server with the pre-shared key shows no certificate to verify, and any other is refused: remove"
                            + " verifyChain, verifyPeer and verify");
        }
        if (service.identity().cert() != null) {
            notices.add("cert: a server with the pre-shared key asks for no certificate");
        }
        return new ServerTrust.PreShared(service.psk().selected(), ciphers(service));
    }

    private static List<String> ciphers(StunnelService service) throws Refusal {
        String asked = ConfigCommands.obeyed(service.tls(), new ArrayList<>()).ciphers(); // notices come elsewhere
        return SecurityLevel.of(service).keySuites(PskCipherString.suites(asked == null ? Tls.CIPHERS : asked));
    }
}
