package io.ferrule.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.config.NamePattern;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({
        "redis.example, redis.example, true",
        "REDIS.example, redis.EXAMPLE, true",
        "redis.example., redis.example, true",
        "a.redis.example, redis.example, false",
        "redis.example, *.example, true",
        "a.redis.example, *.example, false",
        "a.redis.example, *.redis.example, true",
        "redis.example, *.redis.example, false",
        "redis.example, r*.example, false",
        "redis.example, *s.example, false",
        "a.redis.example, a.*.example, false",
        "a.redis.example, *.*.example, false",
        "redis, redis, true",
        "redis, *, false",
        "bücher.example, xn--bcher-kva.example, true",
        "xn--bcher-kva.example, xn--bcher-kva.example, true",
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
        "10.0.0.1, *.0.0.1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "::1, ::2, false",
        "redis_1.example, redis_1.example, true",
    })
    void serverNameMatchesSubjectAltNamesOnly(String name, String inCertificate, boolean matches) {
        TestCertificate certificate = TestCertificates.selfSignedLeaf("x")
                .subject("CN=" + name.toLowerCase(Locale.ROOT))
                .withoutNames()
                .names(inCertificate)
                .issue();
        assertThat(new ServerName(name).allows(certificate.certificate())).isEqualTo(matches);
    }

    @Test
    void commonNameIsNoServerName() {
        TestCertificate certificate =
                TestCertificates.selfSignedLeaf("redis.example").withoutNames().issue();
        assertThat(new ServerName("redis.example").allows(certificate.certificate()))
                .isFalse();
    }

    @Test
    void addressSpelledAsADnsNameIsNoAddress() {
        TestCertificate certificate = TestCertificates.selfSignedLeaf("x")
                .withoutNames()
                .dns("10.0.0.1")
                .issue();
        assertThat(new ServerName("10.0.0.1").allows(certificate.certificate())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "."})
    void emptyServerNameIsRefusedAtTheStart(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerName(name));
    }

    @ParameterizedTest
    @CsvSource({
        "*, true",
        "cn:worker-7, true",
        "cn:worker-*, true",
        "cn:*-7, true",
        "cn:w*r*7, true",
        "cn:*, true",
        "cn:worker, false",
        "cn:worker-, false",
        "cn:WORKER-7, false",
        "cn:ops, false",
        "cn:worker-7*7, false",
        "dns:a.prod.example, true",
        "dns:A.PROD.example, true",
        "dns:*.prod.example, true",
        "dns:a.*.example, true",
        "dns:*.example, false",
        "dns:*.*.example, true",
        "dns:a*.prod.example, false",
        "dns:worker-7, false",
        "uri:spiffe://prod/ns/web, true",
        "uri:spiffe://prod/*, true",
        "uri:spiffe://prod/*/web, true",
        "uri:spiffe://PROD/*, false",
        "uri:spiffe://pro, false",
        "uri:https://*, false",
        "ip:10.1.2.3, true",
        "ip:10.1.2.4, false",
        "ip:10.0.0.0/8, true",
        "ip:10.1.2.0/30, true",
        "ip:10.1.2.4/30, false",
        "ip:0.0.0.0/0, true",
        "ip:::/0, true",
        "ip:fd00::/8, true",
        "ip:fd01::/16, false",
    })
    void clientNamesMatchTheirOwnKindOnly(String pattern, boolean matches) {
        TestCertificate certificate = TestCertificates.selfSignedLeaf("x")
                .subject("O=ops,CN=worker-7")
                .withoutNames()
                .names("a.prod.example", "10.1.2.3", "fd00::7")
                .uri("spiffe://prod/ns/web")
                .issue();
        assertThat(new ClientNames(List.of(NamePattern.parse(pattern))).allows(certificate.certificate()))
                .isEqualTo(matches);
    }

    @Test
    void oneOfSeveralNamesIsEnough() {
        TestCertificate certificate = TestCertificates.selfSigned("worker-7");
        assertThat(new ClientNames(List.of(NamePattern.parse("cn:admin"), NamePattern.parse("cn:worker-*")))
                        .allows(certificate.certificate()))
                .isTrue();
    }

    @Test
    void commonNameInsideAnotherAttributeDoesNotCount() {
        TestCertificate certificate = TestCertificates.selfSignedLeaf("x")
                .subject("O=a\\,CN\\=admin,CN=worker")
                .issue();
        assertThat(certificate.certificate().getSubjectX500Principal().getName())
                .contains("CN\\=admin");
        assertThat(new ClientNames(List.of(NamePattern.parse("cn:admin"))).allows(certificate.certificate()))
                .isFalse();
    }

    @Test
    void certificateWithoutNamesMatchesNothingButTheStar() {
        TestCertificate certificate = TestCertificates.authority()
                .leaf("x")
                .subject("O=nobody")
                .withoutNames()
                .issue();
        for (String pattern : List.of("cn:*", "dns:*", "uri:*", "ip:0.0.0.0/0")) {
            assertThat(new ClientNames(List.of(NamePattern.parse(pattern))).allows(certificate.certificate()))
                    .isFalse();
        }
        assertThat(new ClientNames(List.of(NamePattern.parse("*"))).allows(certificate.certificate()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip:10.0.0.0/33", "ip:10.0.0.0/-1", "ip:10.0.0.0/", "ip:host", "ip:::/129", "dns:."})
    void wrongPatternsAreRefusedAtTheStart(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ClientNames(List.of(NamePattern.parse(pattern))));
    }

    @Test
    void patternOfManyStarsIsNotSlow() {
        String name = "a".repeat(20_000);
        assertThat(ClientNames.matches("*a".repeat(50) + "b", name)).isFalse();
        assertThat(ClientNames.matches("*a".repeat(50), name)).isTrue();
    }
}
