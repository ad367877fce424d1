package io.ferrule.psk;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/** The sending direction: plaintext waits here until it is encrypted, many writes into one buffer. */
final class PskOutput {
    private static final int RECORD_PLAINTEXT_BYTES = 16_384; // RFC 8446 §5.1

    private final Queue<ByteBuf> waiting = new ArrayDeque<>(2);
    private final Queue<ChannelPromise> promises = new ArrayDeque<>(2);
    private int waitingBytes;

    int waitingBytes() {
        return waitingBytes;
    }

    boolean isEmpty() {
        return promises.isEmpty();
    }

    /** Takes ownership of {@code plaintext}. */
    void add(ByteBuf plaintext, ChannelPromise promise) {
        waiting.add(plaintext);
        waitingBytes += plaintext.readableBytes();
        promises.add(promise);
    }

    /**
     * Encrypts all that waits and writes it, without a flush.
     *
     * @throws IOException if it cannot be encrypted; what waited is still here, for {@link #fail}
     */
    void encrypt(ChannelHandlerContext ctx, PskConnection connection) throws IOException {
        ByteBuf out = ctx.alloc().directBuffer(PskConnection.room(waitingBytes));
        try {
            byte[] chunk = new byte[Math.min(waitingBytes, RECORD_PLAINTEXT_BYTES)];
            while (waitingBytes > 0) {
                connection.encrypt(chunk, fill(chunk), out);
            }
        } catch (IOException | RuntimeException | Error e) {
            out.release();
            throw e;
        }
        releaseWaiting(); // empty ones
        settle(ctx, out);
    }

    private int fill(byte[] chunk) {
        int filled = 0;
        for (ByteBuf next = waiting.peek(); next != null && filled < chunk.length; next = waiting.peek()) {
            int bytes = Math.min(next.readableBytes(), chunk.length - filled);
            next.readBytes(chunk, filled, bytes);
            filled += bytes;
            if (!next.isReadable()) {
                waiting.remove().release();
            }
        }
        waitingBytes -= filled;
        return filled;
    }

    private void settle(ChannelHandlerContext ctx, ByteBuf out) {
        if (promises.size() == 1) {
            ctx.write(out, promises.remove());
            return;
        }
        ChannelPromise[] all = promises.toArray(ChannelPromise[]::new);
        promises.clear();
        ctx.write(out).addListener((ChannelFuture written) -> {
            for (ChannelPromise promise : all) {
                if (written.isSuccess()) {
                    promise.trySuccess();
                } else {
                    promise.tryFailure(written.cause());
                }
            }
        });
    }

    private void releaseWaiting() {
        for (ByteBuf plaintext = waiting.poll(); plaintext != null; plaintext = waiting.poll()) {
            plaintext.release();
        }
        waitingBytes = 0;
    }

    /** Gives up what waits. */
    void fail(Throwable cause) {
        releaseWaiting();
        for (ChannelPromise promise = promises.poll(); promise != null; promise = promises.poll()) {
            promise.tryFailure(cause);
        }
    }
}
