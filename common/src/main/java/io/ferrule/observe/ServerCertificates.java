package io.ferrule.observe;

import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers the certificate that each tunnel's server showed last, for as long as the process runs. */
public final class ServerCertificates implements ConnectionObserver {
    private final Map<String, X509Certificate> last = new ConcurrentHashMap<>();

    @Override
    public void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {
        if (leg == Leg.CONNECT && !session.peerChain().isEmpty()) {
            last.put(facts.tunnel(), session.peerChain().get(0));
        }
    }

    /** The one that a tunnel's server showed last; empty before its first connection. */
    public Optional<X509Certificate> of(String tunnel) {
        return Optional.ofNullable(last.get(tunnel));
    }
}
