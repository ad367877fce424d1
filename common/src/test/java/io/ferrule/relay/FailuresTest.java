package io.ferrule.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import io.netty.channel.socket.ChannelOutputShutdownException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    static Stream<Arguments> causes() {
        IOException timedOut = new IOException("writevAddresses(..) failed with error(-110): Connection timed out");
        return Stream.of(
                Arguments.of(new IOException("Connection reset by peer"), CloseReason.TARGET_RESET),
                Arguments.of(new IOException("Broken pipe"), CloseReason.TARGET_RESET),
                Arguments.of(new ClosedChannelException(), CloseReason.TARGET_RESET),
                Arguments.of(new NotYetConnectedException(), CloseReason.TARGET_RESET),
                Arguments.of(timedOut, CloseReason.TARGET_UNRESPONSIVE),
                Arguments.of(new IOException("No route to host"), CloseReason.TARGET_UNRESPONSIVE),
                Arguments.of(
                        new ChannelOutputShutdownException("Channel output shutdown", timedOut),
                        CloseReason.TARGET_UNRESPONSIVE));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void whatThePeerOrTheNetworkDidIsNoDefectOfOurs(Throwable cause, CloseReason reason) {
        assertThat(Failures.of(Leg.CONNECT, cause).reason()).isEqualTo(reason);
    }

    @Test
    void havingNoBuffersLeftIsNoDefectButHavingNoHeapIs() {
        Throwable noBuffers = new OutOfMemoryError(
                "Cannot reserve 131072 bytes of direct buffer memory (allocated: 35651500, limit: 35651584)");
        assertThat(Failures.of(Leg.ACCEPT, noBuffers).reason()).isEqualTo(CloseReason.OUT_OF_MEMORY);
        assertThat(Failures.of(Leg.ACCEPT, new OutOfMemoryError("Java heap space"))
                        .reason())
                .isEqualTo(CloseReason.INTERNAL_ERROR);
    }

    @Test
    void aFailureThatAStageToldIsPassedOn() {
        ConnectionFailure told = new ConnectionFailure(CloseReason.CLIENT_TRUNCATED, "no close_notify");
        assertThat(Failures.of(Leg.ACCEPT, told)).isSameAs(told);
    }

    @Test
    void theOtherLegHasReasonsOfItsOwn() {
        assertThat(Failures.of(Leg.ACCEPT, new IOException("Connection reset by peer"))
                        .reason())
                .isEqualTo(CloseReason.CLIENT_RESET);
    }
}
