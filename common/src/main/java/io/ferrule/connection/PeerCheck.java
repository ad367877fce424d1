package io.ferrule.connection;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is asked of a peer of one leg.
 *
 * @param verifier judges the chain shown
 * @param required false if a peer that shows none is let in too, without being judged
 * @param status asked once {@code verifier} trusts a chain; null if nothing more is asked
 * @param redirects accept leg: true if a client that is not trusted is not refused, but goes to another target than those who are
 */
public record PeerCheck(PeerVerifier verifier, boolean required, @Nullable StatusCheck status, boolean redirects) {
    /** Who is not trusted is refused. */
    public PeerCheck(PeerVerifier verifier, boolean required, @Nullable StatusCheck status) {
        this(verifier, required, status, false);
    }

    /** A certificate is needed, and the verifier alone judges it. */
    public static PeerCheck by(PeerVerifier verifier) {
        return new PeerCheck(verifier, true, null);
    }

    /**
     * The verdict that needs nobody else's answer: on a handshake, on a continued session, and on an open connection when what it
     * is judged by has changed.
     *
     * @param chain the peer's certificates, its own first; empty if it showed none
     */
    public Verdict judge(List<X509Certificate> chain) {
        return chain.isEmpty() && !required ? Verdict.TRUSTED : verifier.verify(chain);
    }

    /** The same in plain sentences, as it would judge now. */
    public List<String> words() {
        List<String> words = new ArrayList<>(verifier.words());
        if (redirects) {
            words.add("Who shows no such certificate is not refused, but sent elsewhere.");
            return List.copyOf(words);
        }
        words.add(
                required
                        ? "Without a certificate nobody gets in."
                        : "Without a certificate everybody gets in, as nobody in particular; one that is shown has to be"
                                + " right.");
        return List.copyOf(words);
    }
}
