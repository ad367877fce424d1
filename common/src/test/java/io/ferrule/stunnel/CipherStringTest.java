package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.TlsNames;
import io.ferrule.stunnel.Fate.Treatment;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cipher strings and lists of curves leave what OpenSSL would, as far as the engine has it. */
class CipherStringTest {
    private static final List<String> OURS = TlsNames.ciphers();

    @NeedsCommand("openssl")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HIGH:!aNULL:!SSLv2:!DH:!kDHEPSK",
                "DEFAULT",
                "ALL",
                "HIGH",
                "ECDHE+AESGCM",
                "EECDH+AESGCM:EECDH+CHACHA20",
                "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
                "HIGH:!AES128",
                "HIGH:!aRSA",
                "HIGH:-CHACHA20:ECDHE-RSA-CHACHA20-POLY1305",
                "HIGH:+AES256",
                "HIGH:!CHACHA20:CHACHA20",
                "AES128,CHACHA20 AES256",
                "kEECDH+aECDSA",
                "ALL:!HIGH:HIGH",
                "AESGCM:@STRENGTH",
                "TLSv1.2:!ECDSA",
                "FIPS",
                "HIGH:nosuch"
            })
    void opensslLeavesTheSameOfOurs(String text) {
        String all = CommandResult.of("openssl", "ciphers", "-tls1_2", text).output();
        List<String> theirs =
                List.of(all.strip().split(":")).stream().filter(OURS::contains).toList();
        assertThat(CipherString.suites(text)).isEqualTo(theirs);
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HIGH:!aNULL:!SSLv2:!DH:!kDHEPSK",
                "DEFAULT",
                "ALL",
                "PSK",
                "kPSK",
                "kECDHEPSK:kDHEPSK",
                "PSK:!kDHEPSK",
                "aPSK+AESGCM",
                "PSK+AES256:PSK+AES128",
                "PSK:!SHA384",
                "PSK:!TLSv1",
                "PSK+TLSv1.2",
                "PSK:+CHACHA20",
                "AEAD:PSK",
                "FIPS",
                "ECDHE:PSK",
                "DHE:PSK-AES128-GCM-SHA256",
                "RSA:DHE-PSK-AES256-GCM-SHA384:ECDHE-PSK-CHACHA20-POLY1305",
                "HIGH:!PSK"
            })
    void opensslLeavesTheSameOfOursWithKeys(String text) {
        String all = CommandResult.of("openssl", "ciphers", "-s", "-psk", "-tls1_2", text)
                .output();
        List<String> theirs = List.of(all.strip().split(":")).stream()
                .filter(PskCipherString.SUITES::contains)
                .toList();
        assertThat(PskCipherString.suites(text)).isEqualTo(theirs);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "RSA-PSK",
                "RSA",
                "RC4-SHA",
                "DHE-RSA-AES256-GCM-SHA384",
                "ECDHE-RSA-AES128-SHA",
                "HIGH:!ECDHE:!PSK"
            })
    void stringThatLeavesNothingIsRefused(String text) {
        assertThat(CipherString.suites(text)).isEmpty();
        assertThat(StunnelOption.named("ciphers").orElseThrow().fate(text).treatment())
                .isEqualTo(Treatment.REFUSED);
    }

    @Test
    void namesOfSuitesAreHonoured() {
        assertThat(StunnelOption.named("ciphers").orElseThrow().fate(String.join(":", OURS)))
                .isEqualTo(Fate.HONOURED);
        assertThat(StunnelOption.named("ciphers").orElseThrow().fate("HIGH").treatment())
                .isEqualTo(Treatment.DIFFERS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X25519:P-256:X448:P-521:P-384|X25519,P-256,P-521,P-384|DIFFERS",
                "prime256v1:secp384r1|P-256,P-384|HONOURED",
                "x25519|X25519|HONOURED",
                "X448|''|REFUSED"
            })
    void curvesThatTheEngineHasAreLeft(String text, String groups, Treatment treatment) {
        assertThat(String.join(",", CurveList.groups(text))).isEqualTo(groups);
        assertThat(StunnelOption.named("curves").orElseThrow().fate(text).treatment())
                .isEqualTo(treatment);
    }
}
