package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose PROXY headers are believed, and which one the target gets. */
class ProxyRulesTest {
    private static Told told(Role role) {
        return role == Role.SERVER ? Told.server() : Told.client();
    }

    private static SocketAddress from(String ip) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(ip), 40_000);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void nobodyIsBelievedAndNothingIsSentUnlessItIsSaid(Role role) throws Exception {
        assertThat(told(role).tunnel().accept().proxy()).isEqualTo(AcceptProxy.NOBODY);
        assertThat(told(role).tunnel().connect().proxy()).isEqualTo(SendProxy.OFF);
        assertThat(AcceptProxy.NOBODY.isAwaitedFrom(from("127.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void headersAreAwaitedOfTheNetworksNamedAndOfNobodyElse(Role role) throws Exception {
        AcceptProxy proxy = told(role)
                .flag("accept-proxy", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32")
                .tunnel()
                .accept()
                .proxy();
        for (String balancer : new String[] {"10.1.255.255", "192.0.2.7", "2001:db8:1::1", "::ffff:10.1.2.3"}) {
            assertThat(proxy.isAwaitedFrom(from(balancer))).isTrue();
        }
        for (String other : new String[] {"10.2.0.0", "192.0.2.8", "2001:db9::1", "::1"}) {
            assertThat(proxy.isAwaitedFrom(from(other))).isFalse();
        }
        assertThat(proxy.isAwaitedFrom(new SocketAddress() {})).isFalse();
    }

    @Test
    void headersAreAwaitedOfEverybodyIfThatIsSaid() {
        AcceptProxy proxy =
                Told.server().flag("accept-proxy", "anyone").tunnel().accept().proxy();
        assertThat(proxy.isAwaitedFrom(new SocketAddress() {})).isTrue();
    }

    @Test
    void believingAnybodyIsWarnedOfWhereOthersReachThePort() {
        assertThat(Told.server().flag("accept-proxy", "anyone").tunnel().unsafeChoices())
                .singleElement()
                .asString()
                .startsWith("accept-proxy anyone: whoever reaches 0.0.0.0:46379 says which address it comes from");
        assertThat(Told.server()
                        .flag("accept-proxy", "anyone")
                        .flag("listen", "127.0.0.1:1")
                        .tunnel()
                        .unsafeChoices())
                .isEmpty();
        assertThat(Told.server().flag("accept-proxy", "10.0.0.1").tunnel().unsafeChoices())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "10.0.0.0/33", "balancer.example", "10.0.0", "::1/129", "10.0.0.1:80"})
    void whatNamesNobodyIsRefused(String who) {
        assertThat(Told.server().flag("accept-proxy", who).problems())
                .containsExactly("--accept-proxy: \"" + who
                        + "\" is not off, anyone, an IP address, or a network such as 10.0.0.0/8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "anyone"})
    void wordsStandAlone(String word) {
        assertThat(Told.server().flag("accept-proxy", word, "10.0.0.1").problems())
                .containsExactly("--accept-proxy: \"off\" and \"anyone\" stand alone, without addresses");
    }

    @Test
    void whoComesThroughAUnixSocketHasNoAddress() {
        assertThat(Told.server()
                        .flag("accept-proxy", "10.0.0.1")
                        .flag("listen", "unix:/run/f")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("--accept-proxy: who comes in at unix:/run/f has no IP address: write anyone");
    }

    @ParameterizedTest
    @CsvSource({"v1,V1", "v2,V2", "v2-ssl,V2_TLS", "off,OFF"})
    void aServersTargetIsToldInTheVersionNamed(String word, SendProxy version) {
        assertThat(Told.server().flag("send-proxy", word).tunnel().connect().proxy())
                .isEqualTo(version);
    }

    @Test
    void unknownVersionIsRefused() {
        assertThat(Told.server().flag("send-proxy", "v3").problems())
                .singleElement()
                .asString()
                .startsWith("--send-proxy: \"v3\" is not one of off, v1, v2, v2-ssl");
    }

    @Test
    void aClientHasNoTlsOfApplicationsToTellOf() {
        assertThat(Told.client().flag("send-proxy", "v2").tunnel().connect().proxy())
                .isEqualTo(SendProxy.V2);
        assertThat(Told.client().flag("send-proxy", "v2-ssl").problems())
                .containsExactly(
                        "--send-proxy: v2-ssl tells of a client's TLS, and applications come without: write v2");
    }

    @ParameterizedTest
    @CsvSource({"anyone,v1", "10.0.0.0/8,v2", "off,off"})
    void whatIsWrittenReadsBackTheSame(String who, String version, @TempDir Path dir) {
        Told told = Told.server().flag("accept-proxy", who).flag("send-proxy", version);
        String text = ConfigText.of(told.config());
        assertThat(text).contains("accept-proxy: " + who + "\n", "send-proxy: " + version + "\n");
        TunnelConfig again = Told.nothing(Role.SERVER).file(dir, text).tunnel();
        assertThat(again.accept().proxy()).isEqualTo(told.tunnel().accept().proxy());
        assertThat(again.connect()).isEqualTo(told.tunnel().connect());
    }
}
