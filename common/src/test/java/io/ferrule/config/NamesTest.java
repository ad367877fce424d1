package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One listener, many server names. */
class NamesTest {
    @TempDir
    private Path dir;

    private Told server(String yaml) {
        return Told.nothing(Role.SERVER).file(dir, yaml);
    }

    private NamedService only(String yaml) {
        List<NamedService> names = server(yaml).acceptTls().names();
        assertThat(names).hasSize(1);
        return names.get(0);
    }

    @Test
    void whatANameDoesNotSayIsAsItsTunnelSaysIt() {
        NamedService name = only(
                """
                target: 127.0.0.1:7000
                client-ca: ca.pem
                client-name: "*"
                certificate: tls.pem
                names:
                  a.example:
                """);
        assertThat(name.name()).isEqualTo("a.example");
        assertThat(name.keys()).isNull();
        assertThat(name.target()).hasToString("127.0.0.1:7000");
        assertThat(name.access())
                .isEqualTo(Access.Clients.signed(dir.resolve("ca.pem"), List.of(NamePattern.parse("*"))));
    }

    @Test
    void whatANameSaysReplacesAWholeChoiceOfItsTunnel() {
        NamedService name = only(
                """
                client-ca: ca.pem
                client-name: "*"
                certificate: tls.pem
                key: tls.key
                names:
                  a.example:
                    client-pin: %s
                    certificate: a.pem
                    target: unix:/run/a.sock
                """
                        .formatted(Told.PIN));
        assertThat(name.access()).isEqualTo(Access.Clients.pinned(List.of(Pin.parse(Told.PIN)), false));
        assertThat(name.keys()).isEqualTo(new KeySources(List.of(dir.resolve("a.pem")), List.of(), List.of(), null));
        assertThat(name.target()).hasToString("unix:/run/a.sock");
    }

    @Test
    void nameIsStrongerThanAFlagThatDescribesTheTunnel() {
        Told told = server("names: {a: {target: 7001}, b: {}}\n")
                .flag("access", "anyone")
                .flag("target", "7002");
        assertThat(told.acceptTls().names())
                .extracting(name -> name.target().toString())
                .containsExactly("127.0.0.1:7001", "127.0.0.1:7002");
    }

    @Test
    void everyTunnelHasItsOwnNames() {
        Told told = server(
                """
                tunnels:
                  a: {listen: 1, access: anyone, names: {x: {target: 1}}}
                  b: {listen: 2, access: anyone, names: {x: {target: 2}}, unknown-names: refuse}
                """);
        assertThat(told.config().tunnels())
                .extracting(t -> Objects.requireNonNull(t.accept().tls())
                        .names()
                        .get(0)
                        .target()
                        .toString())
                .containsExactly("127.0.0.1:1", "127.0.0.1:2");
        assertThat(told.config().tunnels())
                .extracting(t -> Objects.requireNonNull(t.accept().tls()).refuseUnknownNames())
                .containsExactly(false, true);
    }

    @ParameterizedTest
    @CsvSource({
        "A.Example,a.example",
        "'*.A.example',*.a.example",
        "bücher.example,xn--bcher-kva.example",
        "localhost,localhost",
        "_a.b-c,_a.b-c",
        "123.example,123.example"
    })
    void nameIsComparedInLowerCaseAndAscii(String written, String name) {
        assertThat(only("access: anyone\nnames:\n  \"" + written + "\": {}\n").name())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "a.*",
                "a*.b",
                "*.*.a",
                "*.",
                "a b",
                "a:1",
                "-a",
                "a..b",
                "a.",
                ".a",
                "127.0.0.1",
                "[::1]",
                "a/b",
                ""
            })
    void whatNoClientCanAskForIsNoName(String name) {
        assertThat(server("access: anyone\nnames:\n  \"" + name + "\": {}\n").problems())
                .containsExactly("test.yaml:3: names: \"" + name
                        + "\" is not a server name: write a host name such as redis.example, or *.example for every first"
                        + " label");
    }

    @Test
    void sameNameTwiceIsAProblemHoweverItIsSpelled() {
        assertThat(server("access: anyone\nnames:\n  bücher.example:\n  xn--bcher-kva.EXAMPLE:\n")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("test.yaml:4: \"xn--bcher-kva.EXAMPLE\" stands here again; it is already at ")
                .endsWith("test.yaml:3");
    }

    @Test
    void targetOfANameIsHeldToTheSameRule() {
        assertThat(server("access: anyone\nnames: {a: {target: 10.0.0.5:1}}\n").problems())
                .singleElement()
                .asString()
                .startsWith("test.yaml:2: target: 10.0.0.5:1 is not on this machine");
        Told allowed = server("access: anyone\nnames: {a: {target: 10.0.0.5:1, insecure-plaintext: true}}\n");
        assertThat(allowed.tunnel().unsafeChoices())
                .singleElement()
                .asString()
                .contains("the name a travel to 10.0.0.5:1");
    }

    @Test
    void problemOfTheTunnelIsToldOnceAndThatOfANameAtItsLine() {
        assertThat(server(
                                """
                                client-pin: nonsense
                                target: 10.0.0.5:1
                                names:
                                  a:
                                  b:
                                    key: b.key
                                """)
                        .problems())
                .hasSize(3)
                .anyMatch(p -> p.startsWith("test.yaml:1: client-pin"))
                .anyMatch(p -> p.startsWith("test.yaml:2: target"))
                .anyMatch(
                        p -> p.equals("test.yaml:6: key: a key has no effect without its certificate: give certificate"
                                + " too, or remove it"));
    }

    @Test
    void keyOfTheWholeTunnelIsToldToStandAbove() {
        assertThat(server("access: anyone\nnames: {a: {listen: 1}}\n").problems())
                .containsExactly("test.yaml:2: listen describes the whole tunnel: write it above names");
    }

    @Test
    void refusingUnknownNamesNeedsNames() {
        assertThat(Told.server().flag("unknown-names", "refuse").problems())
                .containsExactly("--unknown-names: without names every name is unknown: add names, or remove it");
        assertThat(Told.server().flag("unknown-names", "refus").problems())
                .containsExactly("--unknown-names: \"refus\" is not one of serve, refuse; did you mean \"refuse\"?");
    }

    @Test
    void clientHasNoNames() {
        assertThat(Told.client().file(dir, "names: {a: {}}\n").problems())
                .singleElement()
                .asString()
                .startsWith("test.yaml:1: unknown key \"names\"");
    }
}
