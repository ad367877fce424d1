package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerRulesTest {
    @Test
    void serverToldOnlyWhoMayConnectTakesEveryDefault() {
        assertThat(Told.server().tunnel())
                .isEqualTo(new TunnelConfig(
                        "default",
                        new AcceptLeg(
                                new Address.Tcp("0.0.0.0", 46379),
                                new AcceptTls(null, new Access.Anyone(), TlsSettings.DEFAULT)),
                        new ConnectLeg(new Address.Tcp("127.0.0.1", 6379), null),
                        Limits.DEFAULT,
                        Timeouts.DEFAULT));
        ProcessConfig process = Told.server().config();
        assertThat(process.admin()).isNull();
        assertThat(process.transport()).isEqualTo(TransportChoice.AUTO);
        assertThat(process.eventLoops()).isZero();
        assertThat(process.drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(process.logFormat()).isEqualTo(LogFormat.TEXT);
        assertThat(process.logLevel()).isEqualTo("info");
        assertThat(process.stateDirectory()).isAbsolute();
    }

    @Test
    void serverThatSaysNothingOfAccessLetsInWhoIsInvited() {
        assertThat(access(Told.nothing(Role.SERVER))).isEqualTo(Access.Clients.ofInvitations());
        assertThat(access(Told.nothing(Role.SERVER).flag("access", "invited")))
                .isEqualTo(Access.Clients.ofInvitations());
        assertThat(access(Told.nothing(Role.SERVER).flag("client-pin", Told.PIN)))
                .as("another way replaces the default")
                .isEqualTo(Access.Clients.pinned(List.of(Pin.parse(Told.PIN)), false));
    }

    @Test
    void statusIsStapledOnlyIfThatIsSaid() {
        assertThat(Told.server().flag("staple", "true").tunnel().accept().tls())
                .isNotNull()
                .satisfies(tls -> assertThat(tls.staple()).isTrue());
        assertThat(Told.server().tunnel().accept().tls()).isNotNull().satisfies(tls -> assertThat(tls.staple())
                .isFalse());
    }

    @Test
    void twoTunnelsCannotPublishTheirPinsInOneFile(@TempDir Path dir) {
        Told told = Told.nothing(Role.SERVER)
                .file(
                        dir,
                        """
                        tunnels:
                          a: {listen: 1, access: anyone, publish-pin: pins/redis.pin}
                          b: {listen: 2, access: anyone, publish-pin: pins/../pins/redis.pin}
                          c: {listen: 3, access: anyone, publish-pin: pins/c.pin}
                        """);
        assertThat(told.problems())
                .containsExactly(
                        "test.yaml:3: publish-pin: pins/../pins/redis.pin is also written by tunnel a: give each"
                                + " a file of its own");
    }

    @Test
    void pinIsPublishedBesideTheConfigThatSaysSo(@TempDir Path dir) {
        Told told = Told.server().file(dir, "publish-pin: server.pin\n");
        assertThat(told.acceptTls().publishPin()).isEqualTo(dir.resolve("server.pin"));
        assertThat(Told.client().flag("publish-pin", "x").problems())
                .containsExactly("--publish-pin: proxy-client has no such option");
    }

    @Test
    void waysToKnowAClientAreAlternatives() {
        assertThat(access(Told.nothing(Role.SERVER)
                        .flag("access", "invited")
                        .flag("client-pin", Told.PIN)
                        .flag("client-ca", "/ca.pem")
                        .flag("client-name", "ou:billing", "email:*@example.org")
                        .flag("insecure-allow-expired", "true")
                        .flag("client-certificate", "optional")))
                .isEqualTo(new Access.Clients(
                        List.of(Pin.parse(Told.PIN)),
                        true,
                        new Access.Authority(
                                Path.of("/ca.pem"),
                                List.of(NamePattern.parse("ou:billing"), NamePattern.parse("email:*@example.org"))),
                        true,
                        true));
    }

    @Test
    void anyoneLeavesNothingForOtherWaysToKeepOut() {
        assertThat(Told.server().flag("client-pin", Told.PIN).problems())
                .containsExactly("--client-pin: access: anyone lets everybody in, so that client-pin would keep nobody"
                        + " out: choose one");
        assertThat(Told.server()
                        .flag("client-pin", Told.PIN)
                        .flag("client-ca", "ca.pem")
                        .flag("client-name", "*")
                        .problems())
                .containsExactly("--client-ca: access: anyone lets everybody in, so that client-pin and client-ca would"
                        + " keep nobody out: choose one");
    }

    @ParameterizedTest
    @CsvSource({"required", "optional"})
    void anyoneIsAskedForNoCertificate(String word) {
        assertThat(Told.server().flag("client-certificate", word).problems())
                .containsExactly("--client-certificate: it has no effect with access: anyone, which asks for no"
                        + " certificate: remove it");
    }

    @Test
    void clientCertificateIsRequiredOrOptional() {
        assertThat(Told.nothing(Role.SERVER).flag("client-certificate", "maybe").problems())
                .containsExactly("--client-certificate: \"maybe\" is not one of required, optional");
        assertThat(access(Told.nothing(Role.SERVER).flag("client-certificate", "required")))
                .isEqualTo(Access.Clients.ofInvitations());
    }

    @Test
    void accessKnowsNoOtherWords() {
        assertThat(Told.nothing(Role.SERVER).flag("access", "everyone").problems())
                .containsExactly("--access: \"everyone\" is not understood: write anyone (whoever reaches the port) or"
                        + " invited (clients that \"proxy-server invite\" made); for other clients give client-pin or"
                        + " client-ca");
    }

    @Test
    void clientPinsAreReadInOrder() {
        assertThat(access(Told.nothing(Role.SERVER).flag("client-pin", Told.PIN, Told.OTHER_PIN)))
                .isEqualTo(Access.Clients.pinned(List.of(Pin.parse(Told.PIN), Pin.parse(Told.OTHER_PIN)), false));
    }

    @Test
    void clientAuthorityNeedsNames() {
        assertThat(access(Told.nothing(Role.SERVER).flag("client-ca", "/ca.pem").flag("client-name", "cn:a", "dns:b")))
                .isEqualTo(Access.Clients.signed(
                        Path.of("/ca.pem"), List.of(NamePattern.parse("cn:a"), NamePattern.parse("dns:b"))));
        assertThat(Told.nothing(Role.SERVER).flag("client-ca", "/ca.pem").problems())
                .containsExactly("--client-ca: it needs client-name too: which names may connect, such as"
                        + " dns:app.example, or * for every certificate of the authority");
    }

    @Test
    void clientNameNeedsTheAuthority() {
        assertThat(Told.server().flag("client-name", "cn:a").problems())
                .containsExactly(
                        "--client-name: a name has no effect without client-ca: give it too, or remove the name");
    }

    @Test
    void allowingExpiredPinsIsReadAndSpoken() {
        Told told = Told.nothing(Role.SERVER).flag("client-pin", Told.PIN).flag("insecure-allow-expired", "true");
        assertThat(access(told)).isEqualTo(Access.Clients.pinned(List.of(Pin.parse(Told.PIN)), true));
        assertThat(told.tunnel().unsafeChoices())
                .containsExactly(
                        "insecure-allow-expired: clients with a pinned key may connect with an expired certificate");
    }

    @Test
    void allowingExpiredWithoutAPinIsRefusedBecauseItDoesNothing() {
        assertThat(Told.server().flag("insecure-allow-expired", "true").problems())
                .containsExactly("--insecure-allow-expired: it has no effect without client-pin: remove it");
    }

    @Test
    void keyMayLieInTheCertificatesFile() {
        assertThat(keys(Told.server().flag("certificate", "/a.pem")))
                .isEqualTo(KeySources.of(new KeyFiles(Path.of("/a.pem"), Path.of("/a.pem"))));
        assertThat(keys(Told.server().flag("certificate", "/a.pem").flag("key", "/b.key")))
                .isEqualTo(KeySources.of(new KeyFiles(Path.of("/a.pem"), Path.of("/b.key"))));
    }

    @Test
    void keyWithoutCertificateIsRefused() {
        assertThat(Told.server().flag("key", "/b.key").problems())
                .containsExactly(
                        "--key: a key has no effect without its certificate: give certificate too, or remove it");
    }

    @Test
    void relativePathOfAFlagIsOfTheWorkingDirectory() {
        assertThat(keys(Told.server().flag("certificate", "a.pem")))
                .isEqualTo(KeySources.of(new KeyFiles(
                        Path.of("a.pem").toAbsolutePath(), Path.of("a.pem").toAbsolutePath())));
    }

    @Test
    void plaintextTargetBeyondThisMachineNeedsTheWord() {
        Told told = Told.server().flag("target", "redis.internal:6379");
        assertThat(told.problems())
                .containsExactly("--target: redis.internal:6379 is not on this machine, and bytes would travel there in"
                        + " plaintext: run proxy-server beside it, or allow this with insecure-plaintext");
        assertThat(told.flag("insecure-plaintext", "true").tunnel().unsafeChoices())
                .containsExactly("insecure-plaintext: bytes travel to redis.internal:6379 without TLS, so anybody on"
                        + " that network can read and change them");
        assertThat(told.flag("insecure-plaintext", "false").problems()).hasSize(1);
    }

    @Test
    void unneededInsecureWordIsNoProblemAndNotSpoken() {
        assertThat(Told.server().flag("insecure-plaintext", "true").tunnel().unsafeChoices())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6380,127.0.0.1:6380", "unix:/run/redis.sock,unix:/run/redis.sock", "localhost:1,localhost:1"})
    void targetMayBeAPortOrASocketOfThisMachine(String text, String target) {
        assertThat(Told.server().flag("target", text).tunnel().connect().target())
                .hasToString(target);
    }

    @Test
    void listenPortAloneIsOnEveryAddress() {
        assertThat(Told.server().flag("listen", "7000").tunnel().accept().listen())
                .hasToString("0.0.0.0:7000");
    }

    @Test
    void adminPortAloneIsOnLoopback() {
        assertThat(Told.server().flag("admin", "9090").config().admin()).hasToString("127.0.0.1:9090");
        assertThat(Told.server().flag("admin", "none").config().admin()).isNull();
    }

    @Test
    void adminCannotListenWhereATunnelDoes() {
        assertThat(Told.server().flag("admin", "46379").problems())
                .containsExactly("--admin: 127.0.0.1:46379 is taken by tunnel default, which listens on"
                        + " 0.0.0.0:46379: give each an address of its own");
    }

    @ParameterizedTest
    @CsvSource({"nio", "kqueue"})
    void healthCheckAndATransportWithoutAbstractSocketsContradictEachOther(String transport) {
        assertThat(Told.server()
                        .flag("health-check", "true")
                        .flag("transport", transport)
                        .problems())
                .containsExactly("--health-check: it needs epoll or io_uring, and transport is " + transport
                        + ": choose another transport, or switch health-check off");
        assertThat(Told.server()
                        .flag("health-check", "false")
                        .flag("transport", transport)
                        .config()
                        .healthCheck())
                .isFalse();
    }

    @Test
    void everyProblemIsToldAtOnce() {
        assertThat(Told.nothing(Role.SERVER)
                        .flag("listen", "nowhere")
                        .flag("target", "10.0.0.1:6379")
                        .flag("client-pin", "sha256/short", Told.PIN, "x")
                        .flag("buffer", "64k")
                        .flag("idle-timeout", "1")
                        .flag("log-format", "xml")
                        .variable("FERRULE_MAX_CONNECTIONS", "0")
                        .variable("FERRULE_LISTN", "1")
                        .problems())
                .hasSize(9)
                .anyMatch(p -> p.startsWith("--listen: \"nowhere\" is not an address"))
                .anyMatch(p -> p.startsWith("--target: 10.0.0.1:6379 is not on this machine"))
                .anyMatch(p -> p.startsWith("--client-pin: \"sha256/short\" is not a pin"))
                .anyMatch(p -> p.startsWith("--client-pin: \"x\" is not a pin"))
                .anyMatch(p -> p.startsWith("--buffer: \"64k\" is not a size"))
                .anyMatch(p -> p.startsWith("--idle-timeout: \"1\" is not a duration"))
                .contains("--log-format: \"xml\" is not one of text, json")
                .contains("FERRULE_MAX_CONNECTIONS: \"0\" is not a whole number from 1 to 10000000")
                .contains("FERRULE_LISTN: proxy-server knows no such variable; did you mean \"FERRULE_LISTEN\"?");
    }

    private static Access access(Told told) {
        return told.acceptTls().access();
    }

    private static @Nullable KeySources keys(Told told) {
        return told.acceptTls().keys();
    }
}
