package io.ferrule.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;

/**
 * Ciphertext that came while its handshake waits for a verdict. Reading stops meanwhile, so that no more comes than the socket
 * delivers with the reads it has begun.
 */
final class HeldInput {
    private List<ByteBuf> buffers = new ArrayList<>(1);
    private boolean holding;
    private boolean wasReading;

    boolean isHolding() {
        return holding;
    }

    /** Takes over {@code rest} of an input, which may be empty. */
    void begin(Channel channel, ByteBuf rest) {
        holding = true;
        wasReading = channel.config().isAutoRead();
        channel.config().setAutoRead(false);
        add(rest);
    }

    /** Takes over an input. */
    void add(ByteBuf in) {
        buffers.add(in);
    }

    /** All that was held, owned by the caller, in order; the first may be empty. Reading goes on as before. */
    List<ByteBuf> end(Channel channel) {
        holding = false;
        channel.config().setAutoRead(wasReading);
        List<ByteBuf> all = buffers;
        buffers = new ArrayList<>(0);
        return all;
    }

    void release() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
    }
}
