package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "redis.example:6379,redis.example,6379",
        "my_redis-1:6379,my_redis-1,6379",
        "bücher.example:1,bücher.example,1",
        "10.0.0.1:0,10.0.0.1,0",
        "[::1]:65535,::1,65535",
        "[fe80::1%eth0]:80,fe80::1%eth0,80",
        "[::ffff:10.0.0.1]:80,::ffff:10.0.0.1,80",
        "6379,default.host,6379",
        "' 6379 ',default.host,6379"
    })
    void tcpAddressIsAHostAndAPort(String text, String host, int port) {
        assertThat(Address.parse(text, "default.host")).isEqualTo(new Address.Tcp(host, port));
    }

    @Test
    void unixAddressIsAnAbsolutePath() {
        assertThat(Address.parse("unix:/run/a b:c.sock", "x")).isEqualTo(new Address.Unix(Path.of("/run/a b:c.sock")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "redis",
                "redis:",
                "redis:port",
                "redis:-1",
                "redis: 80",
                "[::1]",
                "[::1",
                "[]:80",
                "[redis]:80",
                "a b:80",
                "redis/0:6379",
                "redis://redis.example:6379",
                "tls://redis.example",
                "user@host:80",
                "a\n:80",
                "host:80:",
                "0x50",
                "[::1]80"
            })
    void anythingElseIsNoAddress(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse(text, "x"))
                .withMessageStartingWith("\"" + text + "\" is ");
    }

    @ParameterizedTest
    @CsvSource({
        "::1:6379,\"::1:6379\" is ambiguous: write an IPv6 address as [address]:port",
        ":6379,the host is empty",
        "host:65536,port 65536 is not between 0 and 65535",
        "host:999999999,port 999999999 is not between 0 and 65535",
        "unix:run/a.sock,\"unix:run/a.sock\" needs an absolute path: unix:/path/to/socket",
        "unix:/run/,\"unix:/run/\" is a directory: write unix:/path/to/socket",
        "unix:,\"unix:\" needs an absolute path: unix:/path/to/socket",
        "redis://h:1,'\"redis://h:1\" is not an address: write host:port, [v6]:port, port or unix:/path'"
    })
    void refusalSaysWhatToWrite(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse(text, "x"))
                .withMessage(message);
    }

    @Test
    void socketPathThatTheKernelCannotHoldIsRefused() {
        assertThat(Address.parse("unix:/" + "x".repeat(106), "x").isLocal()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse("unix:/" + "x".repeat(107), "x"))
                .withMessageContaining("longer than 107 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> Address.parse("unix:/" + "é".repeat(54), "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:1",
                "127.1.2.3:1",
                "localhost:1",
                "LocalHost:1",
                "a.localhost:1",
                "[::1]:1",
                "[0:0:0:0:0:0:0:1]:1",
                "unix:/run/x"
            })
    void addressOfThisMachineIsLocal(String text) {
        assertThat(Address.parse(text, "x").isLocal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0:1",
                "[::]:1",
                "128.0.0.1:1",
                "127.0.0.1.example:1",
                "notlocalhost:1",
                "10.127.0.1:1",
                "localhost.example:1",
                "[::2]:1",
                "127.0.0.1234:1"
            })
    void everyOtherAddressIsNot(String text) {
        assertThat(Address.parse(text, "x").isLocal()).isFalse();
    }

    @Test
    void everyAddressReadsBackFromItsSpelling() {
        Random random = new Random(2);
        List<String> hosts = List.of("a", "redis.example", "10.1.2.3", "::", "2001:db8::1", "fe80::1%en0", "x_y-z");
        for (int i = 0; i < 1000; i++) {
            Address address = random.nextInt(5) == 0
                    ? new Address.Unix(Path.of("/run/" + random.nextInt()))
                    : new Address.Tcp(hosts.get(random.nextInt(hosts.size())), random.nextInt(65_536));
            assertThat(Address.parse(address.toString(), "unused")).isEqualTo(address);
        }
    }

    @Test
    void noTextMakesTheParserFailInAnotherWay() {
        Random random = new Random(3);
        String alphabet = "[]:%/.-_a1unix\u0000é 6\n";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "unix:/" : "");
            random.ints(random.nextInt(12), 0, alphabet.length()).forEach(c -> text.append(alphabet.charAt(c)));
            try {
                Address address = Address.parse(text.toString(), "d");
                assertThat(Address.parse(address.toString(), "d")).isEqualTo(address);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageNotContaining("For input string");
            }
        }
    }

    @Test
    void abstractSocketIsNobodysToSay() {
        Address.Unix own = Address.abstractSocket("ferrule-health-1");
        assertThat(own).hasToString("unix:@ferrule-health-1");
        assertThat(own.isAbstract()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse(own.toString(), "d"))
                .withMessageContaining("needs an absolute path");
        assertThat(new Address.Unix(Path.of("/run/@x")).isAbstract()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1,127.0.0.1:1,true",
        "127.0.0.1:1,127.0.0.1:2,false",
        "127.0.0.1:1,127.0.0.2:1,false",
        "0.0.0.0:1,127.0.0.1:1,true",
        "localhost:1,LOCALHOST:1,true",
        "0.0.0.0:1,[::1]:1,false",
        "[::]:1,127.0.0.1:1,true",
        "[::]:1,[::1]:1,true",
        "0.0.0.0:0,0.0.0.0:0,false",
        "unix:/a,unix:/a,true",
        "unix:/a,unix:/b,false",
        "unix:/a,127.0.0.1:1,false"
    })
    void listenersClashIfOnlyOneCanHaveTheAddress(String one, String other, boolean clash) {
        Address a = Address.parse(one, "x");
        Address b = Address.parse(other, "x");
        assertThat(ListenClash.clash(a, b)).isEqualTo(clash);
        assertThat(ListenClash.clash(b, a)).isEqualTo(clash);
    }

    @Test
    void socketOfSystemdIsAListenAddressAndNoOther() {
        Address passed = Address.parseListen("systemd:ferrule-1.socket", "0.0.0.0");
        assertThat(passed).isEqualTo(new Address.Passed("ferrule-1.socket"));
        assertThat(Address.parseListen(passed.toString(), "0.0.0.0")).isEqualTo(passed);
        assertThat(Address.parseListen("7000", "0.0.0.0")).isEqualTo(new Address.Tcp("0.0.0.0", 7000));
        assertThatThrownBy(() -> Address.parse(passed.toString(), "0.0.0.0")).hasMessageContaining("is not an address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd:", "systemd:a b", "systemd:a:b", "systemd:ä"})
    void nameThatSystemdWouldNotTakeIsRefused(String text) {
        assertThatThrownBy(() -> Address.parseListen(text, "0.0.0.0"))
                .hasMessageContainingAll("names no socket", "FileDescriptorName=");
    }
}
