package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRulesTest {
    @Test
    void clientToldTargetAndPinTakesEveryDefault() {
        assertThat(Told.client().tunnel())
                .isEqualTo(new TunnelConfig(
                        "default",
                        new AcceptLeg(new Address.Tcp("127.0.0.1", 56379), null),
                        new ConnectLeg(
                                new Address.Tcp("redis.example", 46379),
                                new ConnectTls(
                                        new ServerTrust.Pins(List.of(Pin.parse(Told.PIN)), false),
                                        null,
                                        null,
                                        TlsSettings.DEFAULT)),
                        Limits.DEFAULT,
                        Timeouts.DEFAULT));
    }

    @Test
    void clientThatCannotKnowItsServerDoesNotStart() {
        assertThat(Told.client().without("pin").problems())
                .containsExactly("nothing says how the server is known; choose one: invitation (the file that"
                        + " \"proxy-server invite\" writes), pin (its key; \"proxy-client pin"
                        + " redis.example:46379\" asks the server for it, \"proxy-server pin FILE\" prints it beside the"
                        + " certificate), server-certificate (a PEM copy of its certificate), or ca (a PEM bundle that"
                        + " signed it)");
    }

    @Test
    void clientToldNothingHearsOfTargetAndTrust() {
        assertThat(Told.nothing(Role.CLIENT).problems())
                .hasSize(2)
                .contains("target is missing: give the HOST:PORT of the server")
                .anyMatch(p -> p.contains("\"proxy-client pin HOST:PORT\""));
    }

    @Test
    void waysToKnowTheServerExcludeEachOther() {
        assertThat(Told.client().flag("ca", "/ca.pem").problems())
                .containsExactly("--ca: pin and ca exclude each other: choose one");
        assertThat(Told.client()
                        .flag("server-certificate", "/s.pem")
                        .variable("FERRULE_CA", "/ca.pem")
                        .problems())
                .as("a flag's choice replaces a variable's")
                .containsExactly("--server-certificate: pin and server-certificate exclude each other: choose one");
    }

    @Test
    void storedCertificateAndAuthorityAreRead() {
        assertThat(trust(Told.client().without("pin").flag("server-certificate", "/s.pem")))
                .isEqualTo(new ServerTrust.StoredCertificate(Path.of("/s.pem"), false));
        assertThat(trust(Told.client().without("pin").flag("ca", "/ca.pem")))
                .isEqualTo(new ServerTrust.Authority(Path.of("/ca.pem")));
    }

    @Test
    void allowingExpiredIsReadAndSpoken() {
        Told pinned = Told.client().flag("insecure-allow-expired", "true");
        assertThat(trust(pinned)).isEqualTo(new ServerTrust.Pins(List.of(Pin.parse(Told.PIN)), true));
        Told stored = pinned.without("pin").flag("server-certificate", "/s.pem");
        assertThat(trust(stored)).isEqualTo(new ServerTrust.StoredCertificate(Path.of("/s.pem"), true));
        assertThat(stored.tunnel().unsafeChoices())
                .containsExactly(
                        "insecure-allow-expired: redis.example:46379 is trusted with an expired certificate too");
    }

    @Test
    void allowingExpiredIsRefusedForAnAuthority() {
        assertThat(Told.client()
                        .without("pin")
                        .flag("ca", "/ca.pem")
                        .flag("insecure-allow-expired", "true")
                        .problems())
                .containsExactly("--insecure-allow-expired: it has no effect with ca, whose certificates are always"
                        + " refused once expired: remove it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"46379", " 46379 "})
    void portAloneIsNoTarget(String port) {
        assertThat(Told.client().flag("target", port).problems())
                .containsExactly("--target: \"" + port + "\" names no host: write HOST:46379");
    }

    @Test
    void portZeroIsNoTarget() {
        assertThat(Told.client().flag("target", "redis.example:0").problems())
                .containsExactly("--target: port 0 cannot be connected to: write a port from 1 to 65535");
        assertThat(Told.server().flag("target", "0").problems())
                .containsExactly("--target: port 0 cannot be connected to: write a port from 1 to 65535");
    }

    @Test
    void socketIsATarget() {
        assertThat(Told.client()
                        .flag("target", "unix:/run/tls.sock")
                        .tunnel()
                        .connect()
                        .target())
                .hasToString("unix:/run/tls.sock");
    }

    @Test
    void authorityBehindASocketNeedsAName() {
        Told told = Told.client()
                .flag("target", "unix:/run/tls.sock")
                .without("pin")
                .flag("ca", "/ca.pem");
        assertThat(told.problems())
                .containsExactly(
                        "--ca: it needs server-name or verify-name too: the socket unix:/run/tls.sock has no host name to"
                                + " check the certificate for");
        assertThat(told.flag("server-name", "redis.example").problems()).isEmpty();
    }

    @Test
    void namesToVerifyReplaceTheServersOwn() {
        Told told =
                Told.client().without("pin").flag("ca", "/ca.pem").flag("verify-name", "uri:spiffe://a/*", "ip:::1");
        assertThat(trust(told))
                .isEqualTo(new ServerTrust.Authority(
                        Path.of("/ca.pem"),
                        List.of(NamePattern.parse("uri:spiffe://a/*"), NamePattern.parse("ip:::1"))));
        assertThat(told.tunnel().unsafeChoices()).isEmpty();
        assertThat(told.flag("target", "unix:/run/tls.sock").problems())
                .as("no server-name is needed then")
                .isEmpty();
        assertThat(told.flag("server-name", "10.0.0.1").problems())
                .singleElement()
                .asString()
                .startsWith("--server-name: the IP address 10.0.0.1 has no effect beside verify-name");
    }

    @Test
    void anyNameIsAnUnsafeChoice() {
        assertThat(Told.client()
                        .without("pin")
                        .flag("ca", "/ca.pem")
                        .flag("verify-name", "*")
                        .tunnel()
                        .unsafeChoices())
                .containsExactly(
                        "verify-name *: whoever has any certificate of /ca.pem can pass for" + " redis.example:46379");
    }

    @Test
    void namesToVerifyNeedTheAuthority() {
        assertThat(Told.client().flag("verify-name", "cn:redis").problems())
                .containsExactly("--verify-name: it has no effect without ca: a pinned key or a stored certificate"
                        + " counts whatever name it carries; remove it");
    }

    @Test
    void serverNameIsReadAndMustBeAName() {
        assertThat(Told.client().flag("server-name", "sni.example").connectTls().serverName())
                .isEqualTo("sni.example");
        assertThat(Told.client().flag("server-name", "sni.example:443").problems())
                .containsExactly("--server-name: \"sni.example:443\" is not a host name or an IP address; write it"
                        + " without port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "2001:db8::1"})
    void addressAsServerNameNeedsAnAuthorityToMeanAnything(String address) {
        Told told = Told.client().flag("server-name", address);
        assertThat(told.problems())
                .containsExactly("--server-name: the IP address " + address + " has no effect without ca: SNI carries"
                        + " names only (RFC 6066 §3), and nothing else looks at it; remove it");
        assertThat(told.without("pin").flag("ca", "/ca.pem").problems()).isEmpty();
    }

    @Test
    void plaintextListenerBeyondThisMachineNeedsTheWord() {
        Told told = Told.client().flag("listen", "0.0.0.0:6379");
        assertThat(told.problems())
                .containsExactly("--listen: 0.0.0.0:6379 is reachable from other machines, and bytes would arrive in"
                        + " plaintext: listen on 127.0.0.1, or allow this with insecure-plaintext");
        assertThat(told.flag("insecure-plaintext", "true").tunnel().unsafeChoices())
                .containsExactly("insecure-plaintext: applications reach 0.0.0.0:6379 without TLS, so anybody on their"
                        + " network can read and change what they send");
    }

    @Test
    void insecurePlaintextDoesNotHoldForASocketFromOutside() {
        Told told = Told.client().flag("listen", "systemd:ferrule");
        assertThat(told.tunnel().accept().listen()).hasToString("systemd:ferrule");
        assertThat(told.flag("insecure-plaintext", "true").problems())
                .containsExactly(
                        "--insecure-plaintext: it does not hold for a socket that systemd passes, which has to be"
                                + " on this machine: remove it, or listen on HOST:PORT");
    }

    @Test
    void listenPortAloneIsOnLoopback() {
        assertThat(Told.client().flag("listen", "7000").tunnel().accept().listen())
                .hasToString("127.0.0.1:7000");
    }

    @Test
    void clientMayShowACertificateWhoseFileHoldsTheKey() {
        assertThat(Told.client().flag("certificate", "/me.pem").connectTls().keys())
                .isEqualTo(KeySources.of(new KeyFiles(Path.of("/me.pem"), Path.of("/me.pem"))));
    }

    @Test
    void ordinaryClientMakesNoUnsafeChoice() {
        assertThat(Told.client().tunnel().unsafeChoices()).isEmpty();
    }

    @Test
    void optionOfTheServerIsNoOptionOfTheClient() {
        assertThat(Told.client().flag("client-pin", Told.PIN).problems())
                .containsExactly("--client-pin: proxy-client has no such option");
        assertThat(Told.client().variable("FERRULE_CLIENT_PIN", Told.PIN).problems())
                .containsExactly(
                        "FERRULE_CLIENT_PIN: proxy-client knows no such variable; it is one of the other program's");
    }

    private static ServerTrust trust(Told told) {
        return told.connectTls().trust();
    }
}
