package io.ferrule.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ferrule.config.NamePattern;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
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
        assertThat(new AllowedNames(List.of(NamePattern.parse(pattern))).allows(certificate.certificate()))
                .isEqualTo(matches);
    }

    @Test
    void oneOfSeveralNamesIsEnough() {
        TestCertificate certificate = TestCertificates.selfSigned("worker-7");
        assertThat(new AllowedNames(List.of(NamePattern.parse("cn:admin"), NamePattern.parse("cn:worker-*")))
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
        assertThat(new AllowedNames(List.of(NamePattern.parse("cn:admin"))).allows(certificate.certificate()))
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
            assertThat(new AllowedNames(List.of(NamePattern.parse(pattern))).allows(certificate.certificate()))
                    .isFalse();
        }
        assertThat(new AllowedNames(List.of(NamePattern.parse("*"))).allows(certificate.certificate()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip:10.0.0.0/33", "ip:10.0.0.0/-1", "ip:10.0.0.0/", "ip:host", "ip:::/129", "dns:."})
    void wrongPatternsAreRefusedAtTheStart(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AllowedNames(List.of(NamePattern.parse(pattern))));
    }

    @ParameterizedTest
    @CsvSource({
        "ou:billing, true",
        "ou:bill*, true",
        "ou:Billing, false",
        "ou:second, true",
        "cn:billing, false",
        "email:Bob@example.org, true",
        "email:Bob@EXAMPLE.org, true",
        "email:bob@example.org, false",
        "email:*@example.org, true",
        "email:B*b@example.org, true",
        "email:*@*.org, true",
        "email:*@*, false",
        "email:*@sub.example.org, false",
        "email:*@ample.org, false",
        "dns:example.org, false",
    })
    void unitsAndEmailAddressesAreNamesToo(String pattern, boolean matches) {
        TestCertificate certificate = TestCertificates.selfSignedLeaf("x")
                .subject("O=shop,OU=billing,OU=second,CN=worker-7")
                .withoutNames()
                .email("Bob@Example.org")
                .issue();
        assertThat(new AllowedNames(List.of(NamePattern.parse(pattern))).allows(certificate.certificate()))
                .isEqualTo(matches);
    }

    @Test
    void emailAddressInTheSubjectDoesNotCount() {
        TestCertificate certificate = TestCertificates.selfSignedLeaf("x")
                .subject("CN=worker,E=bob@example.org")
                .withoutNames()
                .issue();
        assertThat(new AllowedNames(List.of(NamePattern.parse("email:*@example.org")))
                        .allows(certificate.certificate()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "cn:admin*, CN",
        "uri:spiffe://prod/*, uri",
        "email:admin@*.org, email",
        "dns:*.example, dns",
    })
    void nameWithAControlCharacterMatchesNothing(String pattern, String where) {
        String nul = "\u0000";
        TestCertificates.Leaf leaf = TestCertificates.selfSignedLeaf("x").withoutNames();
        TestCertificate certificate =
                switch (where) {
                    case "CN" -> leaf.hostileSubject("admin" + nul + ".evil").issue();
                    case "uri" -> leaf.uri("spiffe://prod/a" + nul + "b").issue();
                    case "email" -> leaf.email("admin@a" + nul + ".org").issue();
                    default -> leaf.dns("a" + nul + ".example").issue();
                };
        assertThat(new AllowedNames(List.of(NamePattern.parse(pattern))).allows(certificate.certificate()))
                .isFalse();
    }

    @Test
    void tooManyNamesOrATooLongSubjectRefuse() {
        TestCertificates.Leaf many = TestCertificates.selfSignedLeaf("x");
        for (int i = 0; i < 1001; i++) {
            many.dns("n" + i + ".example");
        }
        TestCertificate endless = TestCertificates.selfSignedLeaf("x")
                .hostileSubject("a".repeat(10_000))
                .issue();
        NameRule rule = new AllowedNames(List.of(NamePattern.parse("dns:n1.example"), NamePattern.parse("cn:a*")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule.allows(many.issue().certificate()))
                .withMessageContaining("1002 names");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule.allows(endless.certificate()))
                .withMessageContaining("subject");
    }

    @ParameterizedTest
    @ValueSource(strings = {"email:example.org", "email:@example.org", "email:bob@", "email:bob@."})
    void wrongEmailPatternsAreRefusedAtTheStart(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AllowedNames(List.of(NamePattern.parse(pattern))));
    }

    @ParameterizedTest
    @CsvSource({
        "a*b, ab, true",
        "a*b, axxb, true",
        "a*b, axxbc, false",
        "a*a, a, false",
        "*, '', true",
        "**, x, true",
        "*ab*ba*, abba, true",
        "*ab*ba*, aba, false",
        "*aab*, aaab, true",
        "*abab*c, abaababxc, true",
        "ab, ab, true",
        "ab, abc, false",
        "*b, ab, true",
        "a*, ba, false",
    })
    void starStandsForAnyRunOfCharacters(String pattern, String text, boolean matches) {
        assertThat(new Wildcard(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    void everyWildcardAgreesWithTheRegularExpression() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            String pattern = word(random, "ab*", 8);
            String text = word(random, "ab", 10);
            assertThat(new Wildcard(pattern).matches(text))
                    .as(pattern + " " + text)
                    .isEqualTo(text.matches(pattern.replaceAll("\\*+", ".*")));
        }
    }

    private static String word(Random random, String letters, int longest) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }

    @Test
    void patternOfManyStarsIsNotSlow() {
        String name = "a".repeat(100_000);
        assertThat(new Wildcard("*a".repeat(50) + "b").matches(name)).isFalse();
        assertThat(new Wildcard("*a".repeat(50)).matches(name)).isTrue();
        String worst = "*" + "a".repeat(2_000) + "b*";
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 100; i++) {
                assertThat(new Wildcard(worst).matches(name)).isFalse();
            }
        });
    }
}
