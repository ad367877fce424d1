package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Revocation;
import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.TestCertificate;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the tests of OCSP say for short. */
final class Statuses {
    static final Duration LIMIT = Duration.ofSeconds(20);

    private Statuses() {}

    static Revocation by(Ocsp ocsp) {
        return by(ocsp, null, LIMIT, false);
    }

    static Revocation by(Ocsp ocsp, @Nullable String responder, Duration limit, boolean allowUnknown) {
        return new Revocation(
                List.of(), ocsp, responder == null ? null : URI.create(responder), limit, allowUnknown, null);
    }

    /** The verdict on a certificate that comes with a staple or null. */
    static Verdict verdict(StatusCheck check, TestCertificate certificate, byte @Nullable [] staple) {
        return verdict(check, certificate.chain(), staple);
    }

    static Verdict verdict(StatusCheck check, List<X509Certificate> chain, byte @Nullable [] staple) {
        return check.check(chain, staple)
                .toCompletableFuture()
                .orTimeout(2 * LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static String assertRevoked(Verdict verdict) {
        return assertRefused(verdict, HandshakeFailure.REVOKED);
    }

    static String assertUnknown(Verdict verdict) {
        return assertRefused(verdict, HandshakeFailure.STATUS_UNKNOWN);
    }

    private static String assertRefused(Verdict verdict, HandshakeFailure failure) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        Verdict.Refused refused = (Verdict.Refused) verdict;
        assertThat(refused.failure()).as(refused.explanation()).isEqualTo(failure);
        return refused.explanation();
    }
}
