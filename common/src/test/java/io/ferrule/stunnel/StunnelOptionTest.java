package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.stunnel.Fate.Treatment;
import io.ferrule.stunnel.StunnelOption.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each option is known, taken, and has a fate that is told. */
class StunnelOptionTest {
    /** Values that stunnel takes, for options that do not take any word. */
    private static final List<String> VALUES = List.of(
            "1",
            "5",
            "yes",
            "prio",
            "append",
            "sequential",
            "127.0.0.1",
            "all",
            "none",
            "NO_TICKET",
            "NOTIME",
            "deflate",
            "l:TCP_NODELAY=1",
            "00112233445566778899aabbccddeeff",
            "127.0.0.1:1");

    /** Those that need a file or are refused while they are read. */
    private static final List<String> APART = List.of(
            "include",
            "PSKsecrets",
            "engine",
            "engineCtrl",
            "engineDefault",
            "engineId",
            "engineNum",
            "providerParameter");

    static List<StunnelOption> all() {
        return StunnelOption.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyOptionIsTaken(StunnelOption option) {
        if (APART.contains(option.name())) {
            return;
        }
        String before = option.scope() == Scope.GLOBAL ? "%s\n[s]\n" : "[s]\n%s\n";
        assertThat(VALUES).as(option.name()).anyMatch(value -> {
            String line = option.name() + " = " + value;
            String error = Reading.of(before.formatted(line)).error().line();
            return !error.startsWith("t.conf:");
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyFateSaysWhy(StunnelOption option) {
        List<Fate> fates = new ArrayList<>(option.special().values());
        fates.add(option.usual());
        assertThat(fates).allSatisfy(fate -> assertThat(fate.sentence().isEmpty())
                .isEqualTo(fate.treatment() == Treatment.HONOURED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "accept|443|HONOURED",
                "chroot|/jail|REFUSED",
                "ciphersuites|TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384|HONOURED",
                "ciphersuites|TLS_AES_128_GCM_SHA256|NOTICE",
                "ciphersuites|TLS_AES_128_CCM_SHA256|REFUSED",
                "exec|/bin/cat|DIFFERS",
                "fips|no|HONOURED",
                "FIPS|YES|REFUSED",
                "foreground|yes|HONOURED",
                "foreground|no|DIFFERS",
                "libwrap|No|DIFFERS",
                "libwrap|yes|DIFFERS",
                "options|NO_SSLv3|HONOURED",
                "options|-NO_SSLv3|NOTICE",
                "options|-NO_RENEGOTIATION|REFUSED",
                "options|LEGACY_SERVER_CONNECT|HONOURED",
                "options|-no_tlsv1|HONOURED",
                "options|ALL|NOTICE",
                "options|ALLOW_CLIENT_RENEGOTIATION|REFUSED",
                "protocol|PGSQL|HONOURED",
                "protocol|capwin|REFUSED",
                "provider|default|NOTICE",
                "provider|pkcs11prov|HONOURED",
                "provider|legacy|REFUSED",
                "engine|pkcs11|HONOURED",
                "engine|auto|NOTICE",
                "engine|capi|REFUSED",
                "retry|0|HONOURED",
                "retry|1000|DIFFERS",
                "pty|yes|REFUSED",
                "RNDbytes|1|NOTICE",
                "securityLevel|1|NOTICE",
                "securityLevel|3|DIFFERS",
                "socket|l:TCP_NODELAY=1|HONOURED",
                "socket|a:SO_REUSEADDR=no|HONOURED",
                "socket|r:SO_BINDTODEVICE=eth0|HONOURED",
                "sslVersion|TLSv1.2|HONOURED",
                "sslVersion|TLSv1.1|REFUSED",
                "sslVersionMin|TLSv1|DIFFERS",
                "transparent|none|HONOURED",
                "transparent|source|HONOURED",
                "transparent|both|DIFFERS"
            })
    void fateDependsOnTheValue(String name, String value, Treatment treatment) {
        assertThat(StunnelOption.named(name).orElseThrow().fate(value).treatment())
                .isEqualTo(treatment);
    }

    @Test
    void refusedLineIsAnErrorWithItsPlace() {
        Given line = new Given(StunnelOption.named("pty").orElseThrow(), "Pty", "yes", "t.conf", 5);
        assertThat(line.refusal()).hasValueSatisfying(refusal -> {
            assertThat(refusal).hasMessage("t.conf:5: \"Pty = yes\": Ferrule does not do this");
            assertThat(refusal.remedy()).contains("/usr/bin/script");
        });
    }

    @Test
    void secretsAreNotShown() {
        Given line = new Given(
                StunnelOption.named("protocolPassword").orElseThrow(), "protocolPassword", "hunter2", "t.conf", 5);
        assertThat(line.toString() + line.shown() + line.notice()).doesNotContain("hunter2");
    }

    @Test
    void lineWithoutEffectIsToldOf() {
        StunnelOption stack = StunnelOption.named("stack").orElseThrow();
        assertThat(new Given(stack, "STACK", "9", "t.conf", 5).notice())
                .hasValue("t.conf:5: \"STACK = 9\": a connection has no thread of its own");
        StunnelOption reset = StunnelOption.named("reset").orElseThrow();
        assertThat(new Given(reset, "reset", "yes", "t.conf", 5).notice()).isEmpty();
    }

    @Test
    void aliasesLeadToTheirOption() {
        assertThat(StunnelOption.named("curve").orElseThrow().name()).isEqualTo("curves");
        assertThat(StunnelOption.named("SESSION").orElseThrow().name()).isEqualTo("sessionCacheTimeout");
    }
}
