package io.ferrule.admission;

import io.ferrule.admission.PeerRule.Doubt;
import io.ferrule.connection.HandshakeFailure;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How much work it takes to break what a certificate rests on, in bits, as OpenSSL's security levels reckon
 * (SSL_CTX_set_security_level(3), NIST SP 800-57 part 1).
 *
 * @param leastBits of every key, and of every signature but those that a certificate gives itself; 0 asks nothing
 */
public record KeyStrength(int leastBits) {
    /** Why a certificate is too weak, without naming it, such as {@code its key has 112 bits of strength}; empty if it is not. */
    public Optional<String> problem(X509Certificate certificate) {
        int key = bits(certificate.getPublicKey());
        if (key < leastBits) {
            return Optional.of("its key has " + key + " bits of strength, and securityLevel asks for " + leastBits);
        }
        boolean ownSignature = certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
        int signature = signatureBits(certificate);
        return ownSignature || signature >= leastBits
                ? Optional.empty()
                : Optional.of("it is signed with " + certificate.getSigAlgName() + ", of " + signature
                        + " bits of strength, and securityLevel asks for " + leastBits);
    }

    /** Those that are strong enough. */
    List<X509Certificate> of(List<X509Certificate> certificates) {
        return leastBits == 0
                ? certificates
                : certificates.stream().filter(each -> problem(each).isEmpty()).toList();
    }

    /** The same as a reason to refuse a peer. */
    Optional<Doubt> doubt(PeerKind peer, X509Certificate leaf) {
        return leastBits == 0
                ? Optional.empty()
                : problem(leaf)
                        .map(why -> new Doubt(
                                HandshakeFailure.UNTRUSTED, "the " + peer + "'s certificate is too weak: " + why));
    }

    private static int bits(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            return ofModulus(rsa.getModulus().bitLength());
        }
        if (key instanceof ECKey ec) {
            return ec.getParams().getOrder().bitLength() / 2;
        }
        return switch (key.getAlgorithm()) {
            case "Ed25519", "EdDSA" -> 128; // an Ed448 key is taken for as weak
            default -> 0;
        };
    }

    private static int ofModulus(int bits) {
        if (bits < 2048) {
            return bits < 1024 ? 0 : 80;
        }
        return bits < 3072 ? 112 : bits < 7680 ? 128 : bits < 15360 ? 192 : 256;
    }

    /** Such as SHA256; empty if it cannot be read. */
    private static String digestOfPss(X509Certificate certificate) {
        byte[] encoded = certificate.getSigAlgParams();
        if (encoded == null) {
            return "";
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(encoded);
            String digest = parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
            return digest.toUpperCase(Locale.ROOT).replace("-", "");
        } catch (GeneralSecurityException | IOException e) {
            return "";
        }
    }

    private static int signatureBits(X509Certificate certificate) {
        String name = certificate.getSigAlgName().toUpperCase(Locale.ROOT).replace("-", "");
        if (name.startsWith("ED")) {
            return 128;
        }
        if (name.equals("RSASSAPSS")) {
            name = digestOfPss(certificate);
        }
        return name.startsWith("SHA512") ? 256 : name.startsWith("SHA384") ? 192 : name.startsWith("SHA256") ? 128 : 0;
    }
}
