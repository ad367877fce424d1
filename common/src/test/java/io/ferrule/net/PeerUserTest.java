package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerUserTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    @NeedsCommand("id")
    void ownUserIsTheEffectiveOne() throws Exception {
        String id = CommandResult.of("id", "-u").orFail().strip();
        assertThat(Integer.toUnsignedString(PeerUser.own().uid())).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({"10001, true", "0, true", "10002, false", "-1, false"})
    void onlyThisUserAndRootAreLetIn(int peer, boolean allowed) {
        assertThat(new PeerUser(10_001).isThisOrRoot(peer)).isEqualTo(allowed);
    }

    @Test
    void channelOfWhichTheKernelSaysNothingIsNotLetIn() {
        assertThat(new PeerUser(0).orRootIsAt(new EmbeddedChannel())).isFalse();
    }
}
