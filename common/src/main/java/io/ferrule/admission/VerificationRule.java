package io.ferrule.admission;

import io.ferrule.config.NamePattern;
import io.ferrule.config.Revocation;
import io.ferrule.config.Verification;
import io.ferrule.connection.HandshakeFailure;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A peer's certificate is what stunnel's options ask for: each of them that is set has to be satisfied, in the order in which
 * stunnel looks. Where it verifies neither chain nor copy, any certificate with an allowed name goes through.
 */
final class VerificationRule implements PeerRule {
    private final PeerKind peer;
    private final @Nullable AuthorityRule chain;
    private final @Nullable StoredCertificateRule stored;
    private final @Nullable NameRule names;
    private final Validity validity;
    private final KeyStrength strength;

    /**
     * Takes what was read for it.
     *
     * @throws IllegalArgumentException with a sentence for the operator if certificates are needed and there are none, a name is not
     *     one, or it is to be asked whether a certificate is revoked whose issuer nobody verifies
     */
    VerificationRule(PeerKind peer, Verification asked, Revocation revocation, TrustMaterial material, Clock clock) {
        if (asked.isProof() && material.certificates().isEmpty()) {
            throw new IllegalArgumentException("a " + peer
                    + " is to be verified, and there is no certificate to verify it by: name some in CAfile or CApath");
        }
        if (!asked.chain() && !(revocation.crls().isEmpty() && revocation.ocsp() == Revocation.Ocsp.OFF)) {
            throw new IllegalArgumentException(
                    "whether a " + peer + "'s certificate has been revoked says only an issuer"
                            + " that is verified: set verifyChain, or remove revocation lists and OCSP");
        }
        this.peer = peer;
        this.strength = new KeyStrength(asked.leastBits());
        TrustMaterial strong =
                new TrustMaterial(strength.of(material.certificates()), material.crls(), material.denied());
        if (asked.isProof() && strong.certificates().isEmpty()) {
            throw new IllegalArgumentException("each certificate that a " + peer
                    + " is to be verified by is too weak: "
                    + strength.problem(material.certificates().get(0)).orElse(""));
        }
        this.validity = new Validity(clock, false);
        this.names = asked.names().isEmpty() ? null : new AllowedNames(asked.names());
        this.chain = asked.chain()
                ? AuthorityRule.upToRoots(
                        peer,
                        strong,
                        RevocationLists.of(revocation, material),
                        names == null ? anyName() : names,
                        clock)
                : null;
        this.stored = asked.stored() ? new StoredCertificateRule(peer, strong.certificates(), validity) : null;
    }

    private static NameRule anyName() {
        return new AllowedNames(List.of(new NamePattern(NamePattern.Kind.ANY, "*")));
    }

    @Override
    public Optional<Doubt> judge(List<X509Certificate> presented) {
        X509Certificate leaf = presented.get(0);
        List<X509Certificate> line = Stream.concat(
                        Stream.of(leaf), strength.of(presented.subList(1, presented.size())).stream())
                .toList();
        Optional<Doubt> doubt = chain != null ? chain.judge(line) : withoutChain(leaf);
        return doubt.or(() -> chain == null && stored == null ? Optional.empty() : strength.doubt(peer, leaf))
                .or(() -> stored == null ? Optional.empty() : stored.judge(presented));
    }

    private Optional<Doubt> withoutChain(X509Certificate leaf) {
        Optional<Doubt> dates = stored == null ? Optional.empty() : validity.judge(peer, leaf);
        return dates.or(() -> names == null || names.allows(leaf)
                ? Optional.empty()
                : Optional.of(new Doubt(
                        HandshakeFailure.NAME_MISMATCH,
                        "the " + peer + "'s certificate is not issued for " + names.expected() + "; it carries "
                                + CertificateNames.of(leaf).describe())));
    }

    @Override
    public String name() {
        return "as stunnel verifies it";
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>();
        if (chain != null) {
            words.addAll(chain.words());
        }
        if (stored != null) {
            words.addAll(stored.words());
        }
        if (strength.leastBits() > 0 && (chain != null || stored != null)) {
            words.add("Keys and signatures have to have " + strength.leastBits() + " bits of strength.");
        }
        if (chain == null && stored == null) {
            words.add(
                    peer == PeerKind.SERVER
                            ? "Nothing proves who the server is: any certificate will do, so anybody on the way can pass for"
                                    + " it, and read and change everything."
                            : "A certificate proves nothing of a client: any will do, and anybody can make one.");
        }
        if (chain == null && names != null) {
            words.add("It has to carry " + names.expected() + ".");
        }
        return words;
    }
}
