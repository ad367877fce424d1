package io.ferrule.tunnel;

import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.DistinguishedName;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;

/** What a program is told of the client that it is started for, by the names that inetd's successors and stunnel use. */
final class ClientVariables {
    private ClientVariables() {}

    /** Of a client that has come as far as the connect leg; what is not known is not there. */
    static Map<String, String> of(ConnectionFacts facts) {
        Map<String, String> variables = new HashMap<>();
        if (facts.client() instanceof InetSocketAddress inet && inet.getAddress() != null) {
            variables.put("REMOTE_HOST", inet.getAddress().getHostAddress());
            variables.put("REMOTE_PORT", Integer.toString(inet.getPort()));
        }
        TlsSession session = facts.tls(Leg.ACCEPT);
        if (session != null && !session.peerChain().isEmpty()) {
            X509Certificate shown = session.peerChain().get(0);
            variables.put("SSL_CLIENT_DN", DistinguishedName.of(shown.getSubjectX500Principal()));
            variables.put("SSL_CLIENT_I_DN", DistinguishedName.of(shown.getIssuerX500Principal()));
        }
        return variables;
    }
}
