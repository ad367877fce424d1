package io.ferrule.hostsaccess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsAccessTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Path allow = Path.of("");
    private Path deny = Path.of("");

    @BeforeEach
    void files() {
        allow = directory.resolve("hosts.allow");
        deny = directory.resolve("hosts.deny");
    }

    private boolean permits(String client, String name) throws Exception {
        return new HostsAccess(allow, deny, address -> Optional.of(name).filter(n -> !n.isEmpty()))
                .permits("redis", InetAddress.getByName(client));
    }

    private void write(String allowing, String denying) throws IOException {
        Files.writeString(allow, allowing.replace(" | ", "\n") + "\n");
        Files.writeString(deny, denying.replace(" | ", "\n") + "\n");
    }

    /** Each verdict is that of the real thing. */
    @ParameterizedTest
    @NeedsCommand("tcpdmatch")
    @CsvSource(
            delimiter = ';',
            emptyValue = "",
            value = {
                "''; ''; 192.0.2.1; true",
                "''; ALL: ALL; 192.0.2.1; false",
                "redis: 192.0.2.1; ALL: ALL; 192.0.2.1; true",
                "redis: 192.0.2.1; ALL: ALL; 192.0.2.2; false",
                "REDIS: 192.0.2.1; ALL: ALL; 192.0.2.1; true",
                "other: 192.0.2.1; ALL: ALL; 192.0.2.1; false",
                "other, redis: 192.0.2.1; ALL: ALL; 192.0.2.1; true",
                "red*: 192.0.2.1; ALL: ALL; 192.0.2.1; true",
                "ALL EXCEPT redis: 192.0.2.1; ALL: ALL; 192.0.2.1; false",
                "ALL EXCEPT other: 192.0.2.1; ALL: ALL; 192.0.2.1; true",
                "redis: 192.0.; ALL: ALL; 192.0.2.1; true",
                "redis: 192.0.; ALL: ALL; 192.1.2.1; false",
                "redis: 192.0.2.0/24; ALL: ALL; 192.0.2.200; true",
                "redis: 192.0.2.0/25; ALL: ALL; 192.0.2.200; false",
                "redis: 192.0.2.0/255.255.255.128; ALL: ALL; 192.0.2.100; true",
                "redis: 192.0.2.0/255.255.255.128; ALL: ALL; 192.0.2.200; false",
                "redis: [2001:db8::]/32; ALL: ALL; 2001:db8::7; true",
                "redis: [2001:db8::7]; ALL: ALL; 2001:db8::7; true",
                "redis: [2001:db8::8]; ALL: ALL; 2001:db8::7; false",
                "redis: [2001:db8::]/32; ALL: ALL; 2001:db9::7; false",
                "redis: ALL EXCEPT 192.0.2.1; ALL: ALL; 192.0.2.1; false",
                "redis: ALL EXCEPT 192.0.2.1; ALL: ALL; 192.0.2.2; true",
                "redis: ALL EXCEPT 192.0.2. EXCEPT 192.0.2.1; ALL: ALL; 192.0.2.1; true",
                "redis: ALL EXCEPT 192.0.2. EXCEPT 192.0.2.1; ALL: ALL; 192.0.2.2; false",
                "redis: 192.0.2.*; ALL: ALL; 192.0.2.9; true",
                "redis: 192.0.2.?; ALL: ALL; 192.0.2.99; false",
                "redis: ALL: deny; ''; 192.0.2.1; false",
                "''; redis: ALL: allow; 192.0.2.1; true",
                "redis: ALL: ALLOW; ALL: ALL; 192.0.2.1; true",
                "# redis: ALL | redis: 192.0.2.7; ALL: ALL; 192.0.2.1; false",
                "''; redis: 192.0.2.7 | ALL: 192.0.2.1; 192.0.2.1; false",
                "redis : \\ |  192.0.2.1; ALL: ALL; 192.0.2.1; true",
                "''; redis: 192.0.2.1 192.0.2.2; 192.0.2.2; false",
                "''; redis: 192.0.2.1,192.0.2.2; 192.0.2.2; false",
                "sshd: ALL: spawn /bin/true; ALL: ALL; 192.0.2.1; false",
            })
    void aClientIsPermittedAsByLibwrap(String allowing, String denying, String client, boolean permitted)
            throws Exception {
        write(allowing, denying);
        CommandResult real = CommandResult.of("sh", "-c", "cd " + directory + " && tcpdmatch -d redis " + client);
        assertThat(real.output()).as(real.output()).contains("access:   " + (permitted ? "granted" : "denied"));
        assertThat(permits(client, "")).isEqualTo(permitted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            emptyValue = "",
            value = {
                ".example.com; host.example.com; true",
                ".example.com; example.com; false",
                ".example.com; ''; false",
                "host.example.com; HOST.example.com; true",
                "*.example.com; a.b.example.com; true",
                "KNOWN; host.example.com; true",
                "KNOWN; ''; false",
                "UNKNOWN; host.example.com; false",
                "UNKNOWN; ''; true",
                "LOCAL; host; true",
                "LOCAL; host.example.com; false",
                "LOCAL; ''; false",
            })
    void aClientIsKnownByItsName(String pattern, String name, boolean permitted) throws Exception {
        write("redis: " + pattern, "ALL: ALL");
        assertThat(permits("192.0.2.1", name)).isEqualTo(permitted);
    }

    @Test
    void aNameIsNotLookedUpForAddresses() throws Exception {
        write("redis: 192.0.2.1", "ALL: ALL");
        HostsAccess access = new HostsAccess(allow, deny, address -> {
            throw new IllegalStateException("looked up");
        });
        assertThat(access.permits("redis", InetAddress.getByName("192.0.2.1"))).isTrue();
        assertThat(access.permits("redis", InetAddress.getByName("192.0.2.2"))).isFalse();
    }

    @Test
    void anAddressOfIpv4IsTheSameBehindAListenerForBoth() throws Exception {
        write("redis: 192.0.2.", "ALL: ALL");
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(InetAddress.getByName("192.0.2.1").getAddress(), 0, mapped, 12, 4);
        InetAddress client = java.net.Inet6Address.getByAddress(null, mapped, -1);
        assertThat(new HostsAccess(allow, deny).permits("redis", client)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis: PARANOID",
                "redis: @netgroup",
                "redis: /etc/friends",
                "redis: root@192.0.2.1",
                "redis@192.0.2.9: ALL",
                "redis: 192.0.2.1/8",
                "redis: 192.0.2.0/255.0.255.0",
                "redis: 192.0.2.0/33",
                "redis: host/24",
                "redis: [nonsense]",
                "redis: ALL: spawn /bin/true",
                "redis: ALL: twist /bin/echo",
                "redis: ALL: severity auth.info",
                "redis: 0.0.0.0/0",
                "redis: 192.0.2.1/255.255.255.255",
                "redis: 192.0.2.1/",
                "redis: [192.0.2.1]",
                "redis: ALL:",
                "redis: ALL: allow: deny",
                "redis: ALL: deny: allow",
                "  # redis: ALL",
                "redis ALL",
                "redis: 192.0.2.1 \\",
            })
    void aRuleThatIsNotUnderstoodHasItsPlaceAndLetsNobodyIn(String rule) throws Exception {
        write("# first | " + rule, "");
        assertThatThrownBy(() -> new HostsAccess(allow, deny).check("redis"))
                .isInstanceOf(HostsAccessException.class)
                .hasMessageStartingWith(allow + ":2: ");
        assertThat(new HostsAccess(allow, deny).ask("redis", InetAddress.getByName("192.0.2.1")))
                .failsWithin(java.time.Duration.ofSeconds(10));
    }

    @Test
    void aLineThatLibwrapDoesNotReadIsAnError() throws Exception {
        Files.writeString(allow, "redis: ALL");
        assertThatThrownBy(() -> permits("192.0.2.1", ""))
                .isInstanceOf(HostsAccessException.class)
                .hasMessageStartingWith(allow + ":1: the last line has no end");
        Files.writeString(allow, "redis: ALL\nredis: " + "192.0.2.7 ".repeat(300) + "\n");
        assertThatThrownBy(() -> permits("192.0.2.1", ""))
                .isInstanceOf(HostsAccessException.class)
                .hasMessageStartingWith(allow + ":2: is longer than 2046 characters");
    }

    @Test
    void rulesOfOtherDaemonsNeedNotBeUnderstood() throws Exception {
        write("sshd: @friends: spawn /bin/mail root", "sshd@192.0.2.9: PARANOID");
        new HostsAccess(allow, deny).check("redis");
        assertThat(permits("192.0.2.1", "")).isTrue();
    }

    @Test
    void aFileThatCannotBeReadLetsNobodyIn() throws Exception {
        Files.createDirectory(deny);
        assertThatThrownBy(() -> permits("192.0.2.1", ""))
                .isInstanceOf(HostsAccessException.class)
                .hasMessageContaining(deny.toString());
    }
}
