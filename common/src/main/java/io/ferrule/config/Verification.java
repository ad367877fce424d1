package io.ferrule.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stunnel's verify options ask of a peer. Only stunnel's configuration reaches this; our own refuses to be so lax.
 *
 * @param required a client without certificate is refused; one that is shown is judged either way. A server always shows one.
 * @param chain its chain has to lead to an authority among {@code certificates} (stunnel's {@code verifyChain})
 * @param stored it has to have the subject and the key of one of {@code certificates}, and to be inside its dates
 *     ({@code verifyPeer}); with {@code chain} both have to hold, with neither any certificate will do
 * @param certificates PEM files, and directories whose files are named by the hash of a subject ({@code CAfile}, {@code CApath});
 *     where certificates are needed and these hold none, the tunnel does not start; where they are not, nobody reads these
 * @param tokens certificates in tokens besides, with the PINs that they need
 * @param names of which one has to be in the certificate that is shown ({@code checkHost} and the like); empty for no such check
 * @param leastBits the strength that each certificate of the chain needs (stunnel's {@code securityLevel}); 0 for any
 */
public record Verification(
        boolean required,
        boolean chain,
        boolean stored,
        List<Path> certificates,
        List<TokenUri> tokens,
        List<NamePattern> names,
        int leastBits) {
    /** One that takes certificates of any strength. */
    public Verification(
            boolean required, boolean chain, boolean stored, List<Path> certificates, List<NamePattern> names) {
        this(required, chain, stored, certificates, List.of(), names, 0);
    }

    public Verification {
        certificates = List.copyOf(certificates);
        tokens = List.copyOf(tokens);
        names = List.copyOf(names);
    }

    /** True if a certificate has to be one that somebody vouches for; false if anybody can make one that will do. */
    public boolean isProof() {
        return chain || stored;
    }

    /** What a certificate has to be, for the operator, such as {@code a certificate that leads to an authority in /ca.pem}. */
    public String words() {
        List<String> asked = new ArrayList<>();
        String where = Stream.concat(certificates.stream(), tokens.stream())
                .map(Object::toString)
                .collect(Collectors.joining(" or "));
        if (chain) {
            asked.add("leads to an authority in " + where);
        }
        if (stored) {
            asked.add("has the subject and key of one in " + where);
        }
        if (!names.isEmpty()) {
            asked.add("carries " + names.stream().map(NamePattern::toString).collect(Collectors.joining(" or ")));
        }
        return asked.isEmpty() ? "any certificate" : "a certificate that " + String.join(" and ", asked);
    }
}
