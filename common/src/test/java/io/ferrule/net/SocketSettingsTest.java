package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.ListenOptions;
import io.ferrule.config.OperatorException;
import io.ferrule.config.SocketRules;
import io.ferrule.config.SocketSetting;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is set is read back from the kernel. */
@EnabledOnOs(OS.LINUX)
class SocketSettingsTest {
    private Channel channel;

    @BeforeEach
    void open() {
        assertThat(Transport.EPOLL.works()).isTrue();
        channel = new EpollSocketChannel();
    }

    @AfterEach
    void close() {
        channel.unsafe().closeForcibly();
    }

    private static SocketSetting number(String name, int value) {
        return new SocketSetting(name, new SocketSetting.Whole(value));
    }

    private static ByteBuffer read(Channel channel, String name, int bytes) {
        ByteBuffer value = channel.config().getOption(KernelOption.valueOf(name).raw(bytes));
        return value.order(ByteOrder.nativeOrder());
    }

    @ParameterizedTest
    @CsvSource({
        "SO_DONTROUTE, 1, 1",
        "SO_KEEPALIVE, 1, 1",
        "SO_OOBINLINE, 1, 1",
        "SO_RCVBUF, 20000, 40000", // the kernel doubles it (socket(7))
        "SO_SNDBUF, 30000, 60000",
        "SO_RCVLOWAT, 7, 7",
        "SO_REUSEADDR, 1, 1",
        "TCP_KEEPCNT, 4, 4",
        "TCP_KEEPIDLE, 77, 77",
        "TCP_KEEPINTVL, 9, 9",
        "TCP_NODELAY, 0, 0",
        "IP_TOS, 16, 16",
        "IP_TTL, 33, 33",
        "IP_FREEBIND, 1, 1",
        "IPV6_V6ONLY, 1, 1"
    })
    void aNumberIsWhatTheKernelHasThen(String name, int value, int kept) throws Exception {
        assertThat(read(channel, name, Integer.BYTES).getInt()).isNotEqualTo(kept);
        SocketSettings.apply(channel, number(name, value));
        assertThat(read(channel, name, Integer.BYTES).getInt()).isEqualTo(kept);
    }

    @Test
    void lingerIsAFlagAndSeconds() throws Exception {
        SocketSettings.apply(channel, new SocketSetting("SO_LINGER", new SocketSetting.Linger(1, 60)));
        ByteBuffer linger = read(channel, "SO_LINGER", 8);
        assertThat(linger.getInt()).isEqualTo(1);
        assertThat(linger.getInt()).isEqualTo(60);
    }

    @ParameterizedTest
    @CsvSource({"SO_RCVTIMEO", "SO_SNDTIMEO"})
    void timeIsSecondsAndTheirMillionths(String name) throws Exception {
        SocketSettings.apply(channel, new SocketSetting(name, new SocketSetting.Time(5, 500_000)));
        ByteBuffer time = read(channel, name, 16);
        assertThat(time.getLong()).isEqualTo(5);
        assertThat(time.getLong()).isEqualTo(500_000);
    }

    @Test
    void aDeviceThatThereIsNotIsToldAsTheSystemTellsIt() {
        SocketSetting device = new SocketSetting("SO_BINDTODEVICE", new SocketSetting.Text("nosuch0"));
        assertThatThrownBy(() -> SocketSettings.apply(channel, device))
                .isInstanceOf(SocketOptionException.class)
                .hasMessageMatching("SO_BINDTODEVICE: (No such device \\(19\\)|Operation not permitted \\(1\\))");
    }

    @Test
    void aUnixSocketGoesWithoutWhatItDoesNotHave() {
        Channel unix = new EpollDomainSocketChannel();
        assertThatCode(() -> SocketSettings.apply(unix, number("TCP_NODELAY", 1)))
                .doesNotThrowAnyException();
        unix.unsafe().closeForcibly();
    }

    @Test
    void anIpv4SocketHasNoOptionsOfIpv6() {
        Channel server = new EpollServerSocketChannel();
        assertThatThrownBy(() -> SocketSettings.apply(
                        server, List.of(number("IPV6_V6ONLY", 1)), InetAddress.getLoopbackAddress()))
                .hasMessage("IPV6_V6ONLY: Protocol not available (92)");
        server.unsafe().closeForcibly();
    }

    @Test
    void anotherTransportIsRefusedByTheNamesOfTheOptions() {
        SocketRules rules = new SocketRules(
                new ListenOptions(List.of(number("IP_FREEBIND", 1)), null),
                List.of(number("SO_RCVBUF", 1)),
                List.of(number("SO_RCVBUF", 2)),
                false);
        assertThatThrownBy(() -> SocketSettings.check(Transport.NIO, rules))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("IP_FREEBIND, SO_RCVBUF cannot be set with the transport nio");
        assertThatCode(() -> SocketSettings.check(Transport.NIO, SocketRules.NONE))
                .doesNotThrowAnyException();
    }
}
