package io.ferrule.pki;

import io.ferrule.config.Revocation;
import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.Verdict;
import io.ferrule.pki.OcspFinding.Nothing;
import io.ferrule.pki.OcspFinding.Status;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The status of one leg's peers by OCSP. Only the peer's own certificate is asked about. One that no authority of the leg
 * signed got in by its key, which nobody but the operator can revoke.
 */
final class OcspCheck implements StatusCheck {
    private static final int MAX_KEYS = 1024;
    private static final CompletionStage<Verdict> TRUSTED = CompletableFuture.completedFuture(Verdict.TRUSTED);

    private final Revocation revocation;
    private final List<X509Certificate> authorities;
    private final Clock clock;
    private final StatusMemory memory;
    private final OcspAsks asks;

    /** To find a certificate's issuer takes signatures; of one that comes again it is known. */
    private final Map<String, StatusKey> keys = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StatusKey> eldest) {
            return size() > MAX_KEYS;
        }
    };

    OcspCheck(
            Revocation revocation, List<X509Certificate> authorities, Clock clock, StatusMemory memory, OcspAsks asks) {
        this.revocation = revocation;
        this.authorities = List.copyOf(authorities);
        this.clock = clock;
        this.memory = memory;
        this.asks = asks;
    }

    @Override
    public CompletionStage<Verdict> check(List<X509Certificate> chain, byte @Nullable [] staple) {
        try {
            return judge(chain, staple);
        } catch (GeneralSecurityException | RuntimeException e) {
            // not even allow-unknown lets it in: this is nothing that was foreseen
            return CompletableFuture.completedFuture(new Verdict.Refused(
                    HandshakeFailure.STATUS_UNKNOWN, "the check of the peer's status failed: " + e));
        }
    }

    private CompletionStage<Verdict> judge(List<X509Certificate> chain, byte @Nullable [] staple)
            throws GeneralSecurityException {
        X509Certificate leaf = chain.get(0);
        if (staple == null && revocation.ocsp() == Ocsp.OFF && !MustStaple.isSaidBy(leaf)) {
            return TRUSTED;
        }
        Instant now = clock.instant();
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded()));
        StatusKey key = keyOf(digest);
        Status known = key == null || revocation.nonce() ? null : memory.of(key, now);
        if (known != null && !known.revoked()) {
            return TRUSTED;
        }
        Optional<Issued> issued = IssuerSearch.of(chain, authorities);
        if (issued.isEmpty()) {
            return authorities.isEmpty()
                    ? completed(unknown(leaf, "it comes without its issuer's certificate"))
                    : TRUSTED;
        }
        remember(digest, issued.get().key());
        return judge(issued.get(), staple, now);
    }

    private CompletionStage<Verdict> judge(Issued issued, byte @Nullable [] staple, Instant now) {
        X509Certificate leaf = issued.certificate();
        OcspFinding stapled = staple == null
                ? new Nothing("no OCSP response is stapled to it")
                : OcspResponse.judge(staple, issued, now);
        Status known = stapled instanceof Status status
                ? memory.learn(issued.key(), status, now)
                : memory.of(issued.key(), now);
        // With a nonce one that is good is asked about each time, where somebody is to be asked.
        if (known != null && (known.revoked() || !revocation.nonce() || !asks(leaf))) {
            return completed(verdict(leaf, known));
        }
        String why = stapled instanceof Nothing nothing ? nothing.why() : "";
        return switch (revocation.ocsp()) {
            case OFF, STAPLED -> completed(unknown(leaf, staple == null ? why : "of the stapled one, " + why));
            case AIA -> ask(issued, StatusExtensions.responders(leaf), "it names no OCSP responder");
            case AIA_IF_NAMED -> {
                List<URI> named = StatusExtensions.responders(leaf);
                yield named.isEmpty() && !MustStaple.isSaidBy(leaf)
                        ? TRUSTED
                        : ask(issued, named, "it has to be stapled, and names no OCSP responder");
            }
            case RESPONDER -> ask(issued, configured(), "there is no responder to ask");
            case RESPONDER_THEN_AIA ->
                ask(
                        issued,
                        Stream.concat(configured().stream(), StatusExtensions.responders(leaf).stream())
                                .distinct()
                                .toList(),
                        "there is no responder to ask");
        };
    }

    private boolean asks(X509Certificate leaf) {
        return switch (revocation.ocsp()) {
            case OFF, STAPLED -> false;
            case AIA, AIA_IF_NAMED -> !StatusExtensions.responders(leaf).isEmpty();
            case RESPONDER, RESPONDER_THEN_AIA -> true;
        };
    }

    private List<URI> configured() {
        return revocation.responder() == null ? List.of() : List.of(revocation.responder());
    }

    private CompletionStage<Verdict> ask(Issued issued, List<URI> responders, String withoutAny) {
        X509Certificate leaf = issued.certificate();
        return responders.isEmpty()
                ? completed(unknown(leaf, withoutAny))
                : asks.ask(issued, responders, revocation.nonce(), revocation.timeout())
                        .thenApply(finding -> verdict(leaf, finding));
    }

    private Verdict verdict(X509Certificate leaf, OcspFinding finding) {
        if (finding instanceof Status status) {
            return status.revoked()
                    ? new Verdict.Refused(
                            HandshakeFailure.REVOKED,
                            "the peer's certificate with the serial number " + serial(leaf) + " was revoked "
                                    + status.words() + ", says its authority by OCSP; it needs a new one")
                    : Verdict.TRUSTED;
        }
        return unknown(leaf, ((Nothing) finding).why());
    }

    private Verdict unknown(X509Certificate leaf, String why) {
        return revocation.allowUnknown()
                ? Verdict.TRUSTED
                : new Verdict.Refused(
                        HandshakeFailure.STATUS_UNKNOWN,
                        "whether the peer's certificate with the serial number " + serial(leaf)
                                + " has been revoked cannot be found out: " + why);
    }

    private static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    private static CompletionStage<Verdict> completed(Verdict verdict) {
        return CompletableFuture.completedFuture(verdict);
    }

    private @Nullable StatusKey keyOf(String digest) {
        synchronized (keys) {
            return keys.get(digest);
        }
    }

    private void remember(String digest, StatusKey key) {
        synchronized (keys) {
            keys.put(digest, key);
        }
    }
}
