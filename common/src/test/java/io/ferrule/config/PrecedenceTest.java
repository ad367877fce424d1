package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flag wins over a variable, a variable over the file, the file over the default. */
class PrecedenceTest {
    @TempDir
    private Path dir;

    @Test
    void strongerSourceWinsOptionByOption() {
        Told told = Told.server().file(dir, "max-connections: 1\nmax-handshakes: 1\nmax-connections-per-source: 1\n");
        told.variable("FERRULE_MAX_CONNECTIONS", "2").variable("FERRULE_MAX_HANDSHAKES", "2");
        told.flag("max-connections", "3");
        assertThat(told.tunnel().limits()).isEqualTo(new Limits(3, 2, 1, Limits.DEFAULT.bufferBytes()));
    }

    @Test
    void pinOfAFlagReplacesTheFilesAuthority() {
        Told told = Told.client().file(dir, "ca: /ca.pem\nserver-name: sni.example\n");
        assertThat(told.connectTls().trust()).isEqualTo(new ServerTrust.Pins(List.of(Pin.parse(Told.PIN)), false));
        assertThat(told.connectTls().serverName()).isEqualTo("sni.example");
    }

    @Test
    void trustReplacedLeavesTheInsecureWordBehind() {
        Told told = Told.client().file(dir, "pin: " + Told.OTHER_PIN + "\ninsecure-allow-expired: true\n");
        assertThat(told.connectTls().trust()).isEqualTo(new ServerTrust.Pins(List.of(Pin.parse(Told.PIN)), false));
        assertThat(told.without("pin").connectTls().trust())
                .isEqualTo(new ServerTrust.Pins(List.of(Pin.parse(Told.OTHER_PIN)), true));
    }

    @Test
    void accessOfAVariableReplacesTheFilesAsAWhole() {
        Told told = Told.nothing(Role.SERVER)
                .file(dir, "client-ca: /ca.pem\nclient-name: [cn:a]\n")
                .variable("FERRULE_ACCESS", "anyone");
        assertThat(told.acceptTls().access()).isEqualTo(new Access.Anyone());
    }

    @Test
    void nameAloneReplacesOnlyTheNames() {
        Told told = Told.nothing(Role.SERVER)
                .file(dir, "client-ca: /ca.pem\nclient-name: [cn:a]\n")
                .flag("client-name", "cn:b");
        assertThat(told.acceptTls().access())
                .isEqualTo(Access.Clients.signed(Path.of("/ca.pem"), List.of(NamePattern.parse("cn:b"))));
    }

    @Test
    void certificateReplacesTheKeyThatBelongedToTheOther() {
        Told told = Told.server()
                .file(dir, "certificate: /old.pem\nkey: /old.key\n")
                .flag("certificate", "/new.pem");
        assertThat(told.acceptTls().keys())
                .isEqualTo(KeySources.of(new KeyFiles(Path.of("/new.pem"), Path.of("/new.pem"))));
    }

    @Test
    void fileMayBeNamedByAVariable() {
        Told told = Told.nothing(Role.SERVER).file(dir, "access: anyone\n").without("config");
        told.variable("FERRULE_CONFIG", dir.resolve("test.yaml").toString());
        assertThat(told.problems()).isEmpty();
    }

    @Test
    void severalValuesOfAVariableAreSeparatedByCommasOrLines() {
        assertThat(Told.nothing(Role.SERVER)
                        .variable("FERRULE_CLIENT_PIN", Told.PIN + " ,\n" + Told.OTHER_PIN + "\n")
                        .acceptTls()
                        .access())
                .isEqualTo(Access.Clients.pinned(List.of(Pin.parse(Told.PIN), Pin.parse(Told.OTHER_PIN)), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", ",", " , "})
    void emptyVariableIsAProblemRatherThanNothing(String value) {
        assertThat(Told.server().variable("FERRULE_ALPN", value).problems())
                .containsExactly("FERRULE_ALPN: it is empty: give it a value or unset it");
    }

    @Test
    void flagGivenTwiceIsAProblemUnlessItTakesSeveral() {
        assertThat(Told.server().flag("listen", "1", "2").problems())
                .containsExactly("--listen: given 2 times; it takes one value");
        assertThat(Told.server().flag("alpn", "a", "b").problems()).isEmpty();
    }

    @Test
    void unknownFlagSuggestsTheNearest() {
        assertThat(Told.server().flag("lissten", "1").problems())
                .containsExactly("--lissten: proxy-server has no such option; did you mean \"--listen\"?");
    }

    @Test
    void foreignVariablesDoNotCount() {
        assertThat(Told.server()
                        .variable("LISTEN", "x")
                        .variable("XFERRULE_LISTEN", "x")
                        .problems())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FERRULE_SERVICE_HOST",
                "FERRULE_SERVICE_PORT",
                "FERRULE_SERVICE_PORT_TLS",
                "FERRULE_PORT",
                "FERRULE_PORT_46379_TCP",
                "FERRULE_PORT_46379_TCP_ADDR",
                "FERRULE_SERVER_SERVICE_HOST",
                "FERRULE_SERVER_PORT_46379_TCP_PROTO"
            })
    void variablesThatKubernetesAddsForAServiceDoNotCount(String variable) {
        assertThat(Told.server().variable(variable, "tcp://10.0.0.1:46379").problems())
                .isEmpty();
        assertThat(Option.all()).noneMatch(o -> o.variable().equals(variable));
    }

    @Test
    void flagsAndVariablesDescribeOneTunnelOnly() {
        Told told = Told.nothing(Role.SERVER)
                .file(dir, "tunnels:\n  a: {access: anyone}\n  b: {access: anyone, listen: 2}\n")
                .flag("listen", "1")
                .flag("admin", "9090")
                .variable("FERRULE_TARGET", "3");
        assertThat(told.problems())
                .contains("--listen: it describes one tunnel, but test.yaml holds 2: write it there")
                .contains("FERRULE_TARGET: it describes one tunnel, but test.yaml holds 2: write it there")
                .noneMatch(p -> p.contains("admin"));
    }

    @Test
    void flagsMayDescribeTheOnlyTunnelOfAFile() {
        ProcessConfig config = Told.nothing(Role.SERVER)
                .file(dir, "tunnels:\n  a: {access: anyone}\n")
                .flag("listen", "1")
                .config();
        assertThat(config.tunnels()).singleElement().satisfies(t -> {
            assertThat(t.name()).isEqualTo("a");
            assertThat(t.accept().listen()).hasToString("0.0.0.0:1");
        });
    }

    @Test
    void stateIsKeptWhereSystemdOrTheUserKeepsIt() {
        Map<String, String> systemd = Map.of("STATE_DIRECTORY", "/var/lib/a:/var/lib/b", "XDG_STATE_HOME", "/x");
        assertThat(StateDirectory.byDefault(systemd, "root", "/root")).hasToString("/var/lib/a");
        assertThat(StateDirectory.byDefault(Map.of("XDG_STATE_HOME", "/x"), "root", "/root"))
                .hasToString("/var/lib/ferrule");
        assertThat(StateDirectory.byDefault(Map.of("XDG_STATE_HOME", "/x"), "ann", "/home/ann"))
                .hasToString("/x/ferrule");
        assertThat(StateDirectory.byDefault(Map.of("XDG_STATE_HOME", "x"), "ann", "/home/ann"))
                .as("a relative XDG directory is to be ignored")
                .hasToString("/home/ann/.local/state/ferrule");
        assertThat(StateDirectory.byDefault(Map.of(), "?", "?")).hasToString("/var/lib/ferrule");
    }
}
