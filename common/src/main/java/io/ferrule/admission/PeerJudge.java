package io.ferrule.admission;

import io.ferrule.admission.PeerRule.Doubt;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A peer that is on no deny list gets in if any of the ways knows it. An empty chain, and any error on the way, is a refusal; one
 * that fails does not weaken the others.
 */
final class PeerJudge implements PeerVerifier {
    /** Where the ways disagree, the first of these says most: it comes from a way that knows the peer. */
    private static final List<HandshakeFailure> MOST_TELLING = List.of(
            HandshakeFailure.DENIED,
            HandshakeFailure.REVOKED,
            HandshakeFailure.EXPIRED,
            HandshakeFailure.NOT_YET_VALID,
            HandshakeFailure.STATUS_UNKNOWN,
            HandshakeFailure.NAME_MISMATCH,
            HandshakeFailure.UNTRUSTED);

    private final PeerKind peer;
    private final List<PeerRule> ways;
    private final DenyList denied;

    PeerJudge(PeerKind peer, List<PeerRule> ways, DenyList denied) {
        if (ways.isEmpty()) {
            throw new IllegalArgumentException("at least one way to know a " + peer + " is needed");
        }
        this.peer = peer;
        this.ways = List.copyOf(ways);
        this.denied = denied;
    }

    @Override
    public Verdict verify(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return new Verdict.Refused(
                    HandshakeFailure.NO_CERTIFICATE,
                    "the " + peer + " showed no certificate; give it one, with its key");
        }
        try {
            Optional<Doubt> onList = denied.judge(peer, chain);
            if (onList.isPresent()) {
                return refused(List.of(onList.get()), chain);
            }
            List<Doubt> doubts = new ArrayList<>();
            for (PeerRule way : ways) {
                Optional<Doubt> doubt = judge(way, chain);
                if (doubt.isEmpty()) {
                    return Verdict.TRUSTED;
                }
                doubts.add(doubt.get());
            }
            return refused(doubts, chain);
        } catch (RuntimeException e) {
            return refused(List.of(unjudged(e)), chain);
        }
    }

    private Optional<Doubt> judge(PeerRule way, List<X509Certificate> chain) {
        try {
            return way.judge(chain);
        } catch (RuntimeException e) {
            return Optional.of(unjudged(e));
        }
    }

    private Doubt unjudged(RuntimeException e) {
        return new Doubt(
                HandshakeFailure.UNTRUSTED,
                "the " + peer + "'s certificate could not be judged (" + PresentedChain.clean(e.toString()) + ")");
    }

    private Verdict refused(List<Doubt> doubts, List<X509Certificate> chain) {
        if (doubts.size() == 1) {
            Doubt only = doubts.get(0);
            return new Verdict.Refused(
                    only.failure(),
                    only.why() + "; " + PresentedChain.describe(peer, chain)
                            + (only.advice().isEmpty() ? "" : "\n" + only.advice()));
        }
        StringBuilder why = new StringBuilder("no way to know a " + peer + " lets this one in:");
        for (int i = 0; i < doubts.size(); i++) {
            why.append("\n  ")
                    .append(ways.get(i).name())
                    .append(": ")
                    .append(doubts.get(i).why());
        }
        String advice =
                doubts.stream().map(Doubt::advice).filter(a -> !a.isEmpty()).collect(Collectors.joining("\n"));
        return new Verdict.Refused(
                mostTelling(doubts),
                why + "\n" + PresentedChain.describe(peer, chain) + (advice.isEmpty() ? "" : "\n" + advice));
    }

    private static HandshakeFailure mostTelling(List<Doubt> doubts) {
        return doubts.stream()
                .map(Doubt::failure)
                .min(Comparator.comparingInt(
                        f -> MOST_TELLING.contains(f) ? MOST_TELLING.indexOf(f) : MOST_TELLING.size()))
                .orElseThrow();
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>();
        if (ways.size() > 1) {
            words.add("There are " + ways.size() + " ways to know a " + peer + ", and one of them is enough.");
        }
        ways.forEach(way -> words.addAll(way.words()));
        words.addAll(denied.words());
        return words.stream().distinct().toList();
    }
}
