package io.ferrule.admission;

import io.ferrule.config.Pin;
import io.ferrule.connection.HandshakeFailure;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The peer's certificate has the subject and the public key of one that is stored here, as stunnel's {@code verifyPeer}
 * has it; a renewal with the same key goes through. Only the peer's own certificate counts, not those above it.
 */
final class StoredCertificateRule implements PeerRule {
    private final PeerKind peer;
    private final List<X509Certificate> stored;
    private final Validity validity;

    StoredCertificateRule(PeerKind peer, List<X509Certificate> stored, Validity validity) {
        if (stored.isEmpty()) {
            throw new IllegalArgumentException("at least one stored certificate is needed");
        }
        this.peer = peer;
        this.stored = List.copyOf(stored);
        this.validity = validity;
    }

    @Override
    public Optional<Doubt> judge(List<X509Certificate> chain) {
        X509Certificate leaf = chain.get(0);
        Pin presented = Pin.of(leaf);
        for (X509Certificate known : stored) {
            if (known.getSubjectX500Principal().equals(leaf.getSubjectX500Principal())
                    && Pin.of(known).equals(presented)) {
                return validity.judge(peer, leaf);
            }
        }
        return Optional.of(new Doubt(
                HandshakeFailure.CERTIFICATE_MISMATCH,
                "certificate mismatch: expected subject and key of " + known(),
                "if the " + peer + " has a new certificate, store a copy of it here"));
    }

    private String known() {
        return stored.stream()
                        .limit(5)
                        .map(c -> PresentedChain.subject(c) + " " + Pin.of(c))
                        .collect(Collectors.joining(", or of "))
                + (stored.size() > 5 ? ", or of " + (stored.size() - 5) + " more" : "");
    }

    @Override
    public String name() {
        return "by its stored certificate";
    }

    @Override
    public List<String> words() {
        return List.of(
                "A " + peer + " is known by its certificate, which has the subject and key of " + known() + ".",
                validity.words());
    }
}
