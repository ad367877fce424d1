package io.ferrule.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsReaderTest {
    private static TlsSettings server(Told told) {
        return requireNonNull(told.config().tunnels().get(0).accept().tls()).settings();
    }

    private static Told told(Told told, String said) {
        Told all = told;
        for (String each : said.split("; ", -1)) {
            String[] parts = each.split("=", 2);
            all = all.flag(parts[0], parts[1].split(","));
        }
        return all;
    }

    @Test
    void everyChoiceIsRead() {
        TlsSettings settings = server(told(
                Told.server(),
                "tls-ciphers=ECDHE-RSA-AES128-GCM-SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;"
                        + " tls-groups=x25519mlkem768,secp256r1; tls-signatures=RSA_PSS_RSAE_SHA256;"
                        + " cipher-preference=client; ticket-keys=/etc/ferrule/tickets; session-cache=0;"
                        + " session-lifetime=30m"));
        assertThat(settings)
                .isEqualTo(new TlsSettings(
                        TlsVersion.TLS_1_2,
                        TlsVersion.TLS_1_3,
                        List.of(),
                        List.of("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"),
                        List.of("X25519MLKEM768", "P-256"),
                        PostQuantum.PREFERRED,
                        List.of("rsa_pss_rsae_sha256"),
                        true,
                        new Sessions(true, Path.of("/etc/ferrule/tickets"), 0, Duration.ofMinutes(30))));
    }

    @Test
    void nothingSaidIsTheDefault() {
        assertThat(server(Told.server())).isEqualTo(TlsSettings.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"off, false", "on, true", "false, false", "true, true"})
    void ticketsAreSwitchedInEitherManner(String said, boolean tickets) {
        assertThat(server(Told.server().flag("session-tickets", said))
                        .sessions()
                        .tickets())
                .isEqualTo(tickets);
    }

    @Test
    void requiringPostQuantumMeansTls13() {
        TlsSettings settings = server(Told.server().flag("post-quantum", "required"));
        assertThat(settings.minimum()).isEqualTo(TlsVersion.TLS_1_3);
        assertThat(settings.postQuantum()).isEqualTo(PostQuantum.REQUIRED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls-ciphers=ECDHE-RSA-AES128-SHA | lacks forward secrecy or authenticated encryption",
                "tls-ciphers=AES128-GCM-SHA256 | lacks forward secrecy or authenticated encryption",
                "tls-ciphers=DHE-RSA-AES128-GCM-SHA256 | lacks forward secrecy or authenticated encryption",
                "tls-ciphers=TLS_RSA_WITH_AES_128_GCM_SHA256 | lacks forward secrecy or authenticated encryption",
                "tls-ciphers=TLS_AES_128_GCM_SHA256 | the engine's own fixed set",
                "tls-ciphers=HIGH | is no suite of the engine; choose of ECDHE-ECDSA-AES128-GCM-SHA256",
                "tls-ciphers=ECDHE-RSA-AES128-GCM-SHA265 | did you mean \"ECDHE-RSA-AES128-GCM-SHA256\"?",
                "tls-ciphers=ECDHE-RSA-AES128-GCM-SHA256; tls-min-version=1.3 | only TLS 1.3 is spoken here: remove it",
                "cipher-preference=client; tls-min-version=1.3 | it is about TLS 1.2",
                "cipher-preference=me | \"me\" is not server or client",
                "tls-groups=P-257 | did you mean \"P-256\"?",
                "tls-groups=X25519; post-quantum=off | remove one of the two",
                "tls-groups=X25519MLKEM768; tls-max-version=1.2 | TLS 1.2 has none of these",
                "post-quantum=maybe | not one of preferred, required, off",
                "post-quantum=required; tls-max-version=1.2 | needs TLS 1.3",
                "post-quantum=required; tls-min-version=1.2 | needs TLS 1.3",
                "tls-signatures=rsa_pkcs1_sha1 | is nothing that the engine signs with; choose of ecdsa_secp256r1_sha256",
                "tls-signatures=rsa_pss_rsae_sha265 | did you mean \"rsa_pss_rsae_sha256\"?",
                "session-tickets=no | \"no\" is not on or off",
                "session-tickets=off; ticket-keys=/k | remove one of the two",
                "session-lifetime=0 | is not between 1s and 7d",
                "session-lifetime=8d | is not between 1s and 7d",
                "session-cache=-1 | is not a whole number",
            })
    void whatHasNoEffectOrIsWrongIsRefusedWithTheReason(String said, String reason) {
        assertThat(told(Told.server(), said).problems())
                .hasSize(1)
                .first()
                .asString()
                .contains(reason);
    }

    @Test
    void everyNameCanBeChosen() {
        List<String> said = new ArrayList<>(TlsNames.ciphers());
        assertThat(said).hasSize(6);
        assertThat(server(Told.server().flag("tls-ciphers", said.toArray(String[]::new)))
                        .ciphers())
                .isEqualTo(said);
    }

    @Test
    void clientsHaveNoSettingsOfServers() {
        assertThat(Option.forRole(Role.CLIENT))
                .extracting(Option::name)
                .contains("session-tickets", "tls-groups", "tls-signatures")
                .doesNotContain("cipher-preference", "ticket-keys");
    }
}
