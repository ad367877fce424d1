package io.ferrule.tls;

import static io.ferrule.tls.TlsMaking.service;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.config.NameMatching;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsServicesTest {
    private static final TestCertificate OWN = TestCertificates.selfSigned("a.example.org");
    private static final TlsServices SERVICES = new TlsServices(
            List.of(
                    service("a.example.org", null, OWN),
                    service("*.example.org", null, OWN),
                    service("*.deep.example.org", null, OWN)),
            service("", null, OWN));

    @ParameterizedTest
    @CsvSource({
        "a.example.org, a.example.org",
        "A.Example.ORG, a.example.org",
        "a.example.org., a.example.org",
        "b.example.org, *.example.org",
        "deep.example.org, *.example.org",
        "x.deep.example.org, *.deep.example.org",
        "x.y.example.org, ''",
        "example.org, ''",
        "*.example.org, *.example.org",
        ".example.org, ''",
        "a.example.org.evil.test, ''",
        "'', ''",
        "., ''",
        ", ''",
    })
    void exactNamesWinAndAWildcardIsOneWholeLabel(String asked, String served) {
        assertThat(requireNonNull(SERVICES.find(asked)).name()).isEqualTo(served);
    }

    @ParameterizedTest
    @CsvSource({
        "x.y.example.org, *.example.org",
        "A.EXAMPLE.org, *.example.org",
        ".example.org, *.example.org",
        "example.org, ''",
        "other.test, other.test",
        "a.other.test, *er.test",
        "over.test, *er.test",
        "a.example.org.evil.test, ''",
        ", ''",
    })
    void ofListedNamesTheFirstThatFitsWinsAndAStarIsAnyBegin(String asked, String served) {
        TlsServices listed = new TlsServices(
                List.of(
                        service("*.example.org", null, OWN),
                        service("a.example.org", null, OWN),
                        service("Other.test", null, OWN),
                        service("*er.test", null, OWN),
                        service("*.", null, OWN)),
                NameMatching.FIRST_LISTED,
                service("", null, OWN));
        assertThat(requireNonNull(listed.find(asked)).name()).isEqualToIgnoringCase(served);
    }

    @Test
    void aStarAloneIsEveryName() {
        TlsServices all =
                new TlsServices(List.of(service("*", null, OWN)), NameMatching.FIRST_LISTED, service("", null, OWN));
        assertThat(requireNonNull(all.find("any.test")).name()).isEqualTo("*");
        assertThat(requireNonNull(all.find(null)).name()).isEmpty();
    }

    @Test
    void withoutOthersUnknownNamesAndNoNameAreRefused() {
        TlsServices services = new TlsServices(List.of(service("a.example.org", null, OWN)), null);
        assertThat(services.find("b.example.org")).isNull();
        assertThat(services.find(null)).isNull();
        assertThat(services.refusesSome()).isTrue();
        assertThat(SERVICES.refusesSome()).isFalse();
    }

    @Test
    void whatCannotServeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TlsServices(List.of(), null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TlsServices(
                        List.of(service("a.example.org", null, OWN), service("A.example.org", null, OWN)), null))
                .withMessageContaining("given twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> service("a.example.org", null))
                .withMessage("the server name a.example.org: it has no certificate");
    }
}
