package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationRulesTest {
    private static Told authority(Role role) {
        return role == Role.CLIENT
                ? Told.client().without("pin").flag("ca", "/ca.pem")
                : Told.nothing(Role.SERVER).flag("client-ca", "/ca.pem").flag("client-name", "*");
    }

    private static Revocation revocation(Role role, Told told) {
        return role == Role.CLIENT
                ? told.connectTls().revocation()
                : told.acceptTls().revocation();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void nothingIsAskedByDefault(Role role) {
        assertThat(revocation(role, authority(role))).isEqualTo(Revocation.NONE);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void everythingIsReadForBothPrograms(Role role) {
        Told told = authority(role)
                .flag("crl", "/a.crl", "/b.crl")
                .flag("ocsp", "http://ocsp.example:81/x")
                .flag("ocsp-timeout", "500ms")
                .flag("insecure-allow-unknown-status", "true")
                .flag("deny", "/deny.txt");
        assertThat(revocation(role, told))
                .isEqualTo(new Revocation(
                        List.of(Path.of("/a.crl"), Path.of("/b.crl")),
                        Revocation.Ocsp.RESPONDER,
                        URI.create("http://ocsp.example:81/x"),
                        Duration.ofMillis(500),
                        true,
                        Path.of("/deny.txt")));
        assertThat(told.tunnel().unsafeChoices())
                .singleElement()
                .asString()
                .startsWith("insecure-allow-unknown-status: ");
    }

    @ParameterizedTest
    @CsvSource({"CLIENT, off, OFF", "CLIENT, stapled, STAPLED", "SERVER, aia, AIA", "CLIENT, ' aia ', AIA"})
    void whomToAskIsAWord(Role role, String word, Revocation.Ocsp ocsp) {
        assertThat(revocation(role, authority(role).flag("ocsp", word)).ocsp()).isEqualTo(ocsp);
    }

    @Test
    void clientsStapleNothing() {
        assertThat(authority(Role.SERVER).flag("ocsp", "stapled").problems())
                .containsExactly("--ocsp: \"stapled\" is for proxy-client: clients staple nothing; write aia or the URL"
                        + " of a responder");
    }

    @Test
    void responderIsAskedOverHttpOnly() {
        assertThat(authority(Role.CLIENT).flag("ocsp", "https://ocsp.example/").problems())
                .containsExactly("--ocsp: \"https://ocsp.example/\": OCSP is asked over http; the answer is signed, and"
                        + " the certificate of an https responder would have to be looked up in turn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "http:", "http:///x", "http://a b/", "http://u@h/", "ftp://a/", "http://a/#b", "OFF"})
    void whatIsNeitherWordNorUrlIsRefused(String whom) {
        assertThat(authority(Role.CLIENT).flag("ocsp", whom).problems())
                .containsExactly("--ocsp: \"" + whom + "\" is not one of off, stapled, aia or the URL of a responder,"
                        + " http://HOST/PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "61s"})
    void timeoutIsAboveZeroAndNotLong(String time) {
        assertThat(authority(Role.CLIENT).flag("ocsp-timeout", time).problems())
                .containsExactly("--ocsp-timeout: \"" + time + "\" is not a time between 1ms and 1m");
    }

    @ParameterizedTest
    @CsvSource({"crl, /a.crl", "ocsp, aia"})
    void statusNeedsAnAuthority(String option, String value) {
        String reason = ": only an authority can say that a certificate of its own is revoked; to refuse single"
                + " certificates give deny";
        assertThat(Told.client().flag(option, value).problems())
                .containsExactly("--" + option + ": it has no effect without ca" + reason);
        assertThat(Told.nothing(Role.SERVER)
                        .flag("client-pin", Told.PIN)
                        .flag(option, value)
                        .problems())
                .containsExactly("--" + option + ": it has no effect without client-ca" + reason);
    }

    @Test
    void allowingTheUnknownNeedsSomethingThatAsks() {
        assertThat(authority(Role.CLIENT) // judges what servers staple
                        .flag("insecure-allow-unknown-status", "true")
                        .connectTls()
                        .revocation()
                        .allowUnknown())
                .isTrue();
        assertThat(authority(Role.SERVER)
                        .flag("insecure-allow-unknown-status", "true")
                        .problems())
                .containsExactly("--insecure-allow-unknown-status: it has no effect without crl or ocsp, because no"
                        + " status is asked for: remove it");
    }

    @Test
    void denyListIsForEveryWayOfTrust() {
        assertThat(Told.client().flag("deny", "/d").connectTls().revocation().deny())
                .isEqualTo(Path.of("/d"));
        assertThat(Told.nothing(Role.SERVER)
                        .flag("deny", "/d")
                        .acceptTls()
                        .revocation()
                        .deny())
                .isEqualTo(Path.of("/d"));
    }

    @Test
    void denyListKeepsNobodyOutWhereNoCertificateIsAskedFor() {
        assertThat(Told.server().flag("deny", "/d").problems())
                .containsExactly("--deny: it has no effect with access: anyone, which asks for no certificate: remove"
                        + " one of the two");
    }

    @Test
    void strongerSourcesTrustLeavesNoListsOfAWeakerOne(@TempDir Path dir) {
        Told told = Told.nothing(Role.CLIENT)
                .file(
                        dir,
                        """
                        target: redis.example:46379
                        ca: ca.pem
                        verify-name: cn:redis
                        crl: ca.crl
                        ocsp: aia
                        insecure-allow-unknown-status: true
                        deny: deny.txt
                        """);
        assertThat(told.connectTls().revocation().crls()).containsExactly(dir.resolve("ca.crl"));
        ConnectTls pinned = told.flag("pin", Told.PIN).connectTls();
        assertThat(pinned.trust()).isInstanceOf(ServerTrust.Pins.class);
        assertThat(Map.of(
                        "crls",
                        pinned.revocation().crls(),
                        "ocsp",
                        pinned.revocation().ocsp()))
                .isEqualTo(Map.of("crls", List.of(), "ocsp", Revocation.Ocsp.OFF));
        assertThat(pinned.revocation().deny()).as("what is denied stays denied").isEqualTo(dir.resolve("deny.txt"));
    }
}
