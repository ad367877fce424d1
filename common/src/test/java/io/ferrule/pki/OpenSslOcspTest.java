package io.ferrule.pki;

import static io.ferrule.pki.Statuses.assertRevoked;
import static io.ferrule.pki.Statuses.assertUnknown;
import static io.ferrule.pki.Statuses.by;
import static io.ferrule.pki.Statuses.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslResponder;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against {@code openssl ocsp}, a responder that nobody here wrote. */
@NeedsCommand("openssl")
class OpenSslOcspTest {
    private final MovingClock clock = new MovingClock();
    private final OcspChecks checks = new OcspChecks(clock);
    private final TestCertificates.Authority ca = TestCertificates.authority();
    private final OpenSslResponder responder = OpenSslResponder.of(ca);
    private final TestCertificate good = issue();
    private final TestCertificate revoked = issue();

    private TestCertificate issue() {
        return ca.leaf("localhost").responder(responder.url()).issue();
    }

    @AfterEach
    void close() {
        responder.close();
        checks.close();
    }

    private StatusCheck check(Ocsp ocsp) {
        return Objects.requireNonNull(checks.of(by(ocsp), List.of(ca.certificate())));
    }

    @Test
    void goodRevokedAndUnknownCertificatesAreToldApart() {
        responder.good(good.certificate()).revoked(revoked.certificate()).start(ca.identity(), "-nmin", "5");
        assertThat(verdict(check(Ocsp.AIA), good, null)).isEqualTo(Verdict.TRUSTED);
        assertThat(assertRevoked(verdict(check(Ocsp.AIA), revoked, null))).contains("keyCompromise");
        assertThat(assertUnknown(verdict(check(Ocsp.AIA), issue(), null))).contains("does not know");
    }

    @Test
    void delegatedResponderNamedByItsKeyIsBelieved() {
        TestCertificate delegate =
                ca.leaf("responder").key("RSA").forSigningResponses().issue();
        responder.good(good.certificate()).start(delegate, "-nmin", "5", "-resp_key_id");
        assertThat(verdict(check(Ocsp.AIA), good, null)).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void responderOfAnotherAuthorityIsNotBelieved() {
        responder
                .good(good.certificate())
                .start(
                        TestCertificates.authority()
                                .leaf("responder")
                                .forSigningResponses()
                                .issue(),
                        "-nmin",
                        "5");
        assertThat(assertUnknown(verdict(check(Ocsp.AIA), good, null))).contains("not authorized");
    }

    @Test
    void answerWithoutEndIsGoodForNow() {
        responder.good(good.certificate()).start(ca.identity());
        assertThat(verdict(check(Ocsp.AIA), good, null)).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void responderThatIsGoneIsUnknownAndItsLastAnswerHoldsOn() {
        responder.good(good.certificate()).start(ca.identity(), "-nmin", "5");
        verdict(check(Ocsp.AIA), good, null);
        responder.stop();
        assertThat(verdict(check(Ocsp.AIA), good, null)).isEqualTo(Verdict.TRUSTED);
        clock.jump(Duration.ofMinutes(6));
        assertThat(assertUnknown(verdict(check(Ocsp.AIA), good, null))).contains("cannot be asked");
    }

    @Test
    void responseFromAFileIsJudgedAsStaple() throws Exception {
        responder.good(good.certificate()).revoked(revoked.certificate());
        byte[] staple = Files.readAllBytes(responder.response(ca.identity(), good.certificate()));
        assertThat(verdict(check(Ocsp.STAPLED), good, staple)).isEqualTo(Verdict.TRUSTED);
        byte[] bad = Files.readAllBytes(responder.response(ca.identity(), revoked.certificate()));
        assertRevoked(verdict(check(Ocsp.STAPLED), revoked, bad));
        OcspChecks tomorrow = new OcspChecks(Clock.offset(clock, Duration.ofDays(2)));
        StatusCheck check = Objects.requireNonNull(tomorrow.of(by(Ocsp.STAPLED), List.of(ca.certificate())));
        assertThat(assertUnknown(verdict(check, good, staple))).contains("expired");
        tomorrow.close();
    }
}
