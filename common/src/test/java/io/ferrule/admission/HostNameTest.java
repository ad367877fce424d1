package io.ferrule.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.config.NamePattern;
import io.ferrule.testing.TestCertificates;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    private static boolean carries(X509Certificate certificate, String host) {
        return new AllowedNames(List.of(new NamePattern(NamePattern.Kind.HOST, host))).allows(certificate);
    }

    private static X509Certificate withDns(String name) {
        return TestCertificates.selfSignedLeaf("cn.example")
                .withoutNames()
                .dns(name)
                .issue()
                .certificate();
    }

    private static X509Certificate withCn(String name) {
        return TestCertificates.selfSignedLeaf(name).withoutNames().issue().certificate();
    }

    @ParameterizedTest
    @CsvSource({
        "redis.example,redis.example",
        "redis.example,REDIS.Example",
        "Redis.Example,redis.example",
        "*.redis.example,a.redis.example",
        "a.redis.example,.redis.example",
        "a.b.redis.example,.redis.example",
        "xn--bcher-kva.example,bücher.example"
    })
    void aCertificateOfTheHostIsKnown(String carried, String host) {
        assertThat(carries(withDns(carried), host)).isTrue();
        assertThat(carries(withCn(carried), host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "other.example,redis.example",
        "redis.example,a.redis.example",
        "a.redis.example,redis.example",
        "*.redis.example,redis.example",
        "*.redis.example,a.b.redis.example",
        "*.*.example,a.b.example",
        "a.*.example,a.b.example",
        "*.example,redis.example",
        "*,redis",
        "r*.redis.example,ra.redis.example",
        "redis.example,.redis.example",
        "redis.example,*.example",
        "notredis.example,.redis.example"
    })
    void aCertificateOfAnotherHostIsNot(String carried, String host) {
        assertThat(carries(withDns(carried), host)).isFalse();
        assertThat(carries(withCn(carried), host)).isFalse();
    }

    @Test
    void theCommonNameCountsOnlyWhereThereIsNoDnsName() {
        X509Certificate both = TestCertificates.selfSignedLeaf("redis.example")
                .withoutNames()
                .dns("other.example")
                .issue()
                .certificate();
        assertThat(carries(both, "redis.example")).isFalse();
        assertThat(carries(both, "other.example")).isTrue();
        X509Certificate address = TestCertificates.selfSignedLeaf("redis.example")
                .withoutNames()
                .names("127.0.0.1")
                .issue()
                .certificate();
        assertThat(carries(address, "redis.example")).isTrue();
    }

    @Test
    void aDnsNameThatIsNoneKeepsTheCommonNameOutAllTheSame() {
        X509Certificate hostile = TestCertificates.selfSignedLeaf("redis.example")
                .withoutNames()
                .dns("evil.example\0.redis.example")
                .issue()
                .certificate();
        assertThat(carries(hostile, "redis.example")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b"})
    void whatIsNoHostIsNoRule(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AllowedNames(List.of(new NamePattern(NamePattern.Kind.HOST, text))));
    }
}
