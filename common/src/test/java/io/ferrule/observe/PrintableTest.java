package io.ferrule.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\t", "\u001b", "\u0000", "\u0085", "\u2028", "\u202e", "\u200b", "\ud800"})
    void characterThatCouldForgeOrHideTextIsReplaced(String hostile) {
        assertThat(Printable.line("a" + hostile + "b")).isEqualTo("a?b");
    }

    @Test
    void fieldCannotBeEndedFromInside() {
        assertThat(Printable.line("x\" reason=\"client_closed")).isEqualTo("x' reason='client_closed");
    }

    @Test
    void ordinaryTextOfAnyScriptStays() {
        assertThat(Printable.line("CN=wörker-1,O=株式会社 😀")).isEqualTo("CN=wörker-1,O=株式会社 😀");
    }

    @Test
    void linesOfABlockAreKeptAndIndented() {
        assertThat(Printable.block("pin mismatch:\r\n sha256/AAA= CN=a\u001b[2J\n\n sha256/BBB=\n"))
                .isEqualTo("pin mismatch:\n     sha256/AAA= CN=a?[2J\n     sha256/BBB=");
    }

    @Test
    void lengthIsBounded() {
        assertThat(Printable.line("x".repeat(100_000))).hasSize(4_000);
        assertThat(Printable.block("x\n".repeat(100_000)).length()).isLessThan(20_000);
    }

    @Test
    void addressesAreNumbersWithBracketsForIpv6() throws Exception {
        InetAddress named = InetAddress.getByAddress("redis.test", new byte[] {10, 0, 0, 1});
        assertThat(Printable.address(new InetSocketAddress(named, 1))).isEqualTo("10.0.0.1:1");
        InetAddress loopback = InetAddress.getByAddress(NetUtil.LOCALHOST6.getAddress());
        assertThat(Printable.address(new InetSocketAddress(loopback, 6379))).isEqualTo("[::1]:6379");
        assertThat(Printable.address(InetSocketAddress.createUnresolved("redis.test", 2)))
                .isEqualTo("redis.test:2");
        assertThat(Printable.address(UnixDomainSocketAddress.of("/run/a"))).isEqualTo("unix:/run/a");
        assertThat(Printable.address(UnixDomainSocketAddress.of(""))).isEqualTo("unix");
    }
}
