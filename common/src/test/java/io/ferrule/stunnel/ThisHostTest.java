package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are looked for where the system has them. */
class ThisHostTest {
    private final StunnelHost host = StunnelHost.here();

    @Test
    void accountsAreFoundByName() {
        assertThat(host.user("root")).hasValue(0);
        assertThat(host.group("daemon")).isPresent();
        assertThat(host.user("nobody-of-this-name")).isEmpty();
        assertThat(host.group("")).isEmpty();
    }

    @Test
    void addressIsItsOwnName() throws Exception {
        assertThat(host.addresses("127.0.0.1")).singleElement().hasToString("/127.0.0.1");
        assertThat(host.addresses("::1")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[::1]", "127.0.0.1:5"})
    void textThatIsNoHostHasNoAddress(String text) {
        assertThatThrownBy(() -> host.addresses(text)).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void portOfNoServiceIsNotFound() {
        assertThat(host.port("nosuch")).isEmpty();
        assertThat(host.port("443/tcp")).isEmpty();
    }
}
