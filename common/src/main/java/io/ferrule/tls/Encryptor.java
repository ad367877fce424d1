package io.ferrule.tls;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The sending direction of a TLS connection: plaintext waits here until it is encrypted, many writes into one buffer. */
final class Encryptor {
    private static final int RECORD_PLAINTEXT_BYTES = 16_384; // RFC 8446 §5.1
    /**
     * NewSessionTickets ride on the first write unless {@link #encryptTickets} sends them before; one that does not fit is sent
     * all the same, in a buffer more.
     */
    private static final int TICKETS_BYTES = 768;

    private static final int CLOSE_NOTIFY_BYTES = 256; // one alert record

    private final NativeConnection connection;
    private final Queue<ByteBuf> waiting = new ArrayDeque<>(2);
    private final Queue<ChannelPromise> promises = new ArrayDeque<>(2);
    private int waitingBytes;
    private boolean wroteBefore;
    private @Nullable ByteBuf sink; // lent to the connection for the moment

    Encryptor(NativeConnection connection) {
        this.connection = connection;
    }

    int waitingBytes() {
        return waitingBytes;
    }

    boolean isEmpty() {
        return promises.isEmpty();
    }

    /** Takes ownership of {@code plaintext}, which has a memory address or is empty. */
    void add(ByteBuf plaintext, ChannelPromise promise) {
        waiting.add(plaintext);
        waitingBytes += plaintext.readableBytes();
        promises.add(promise);
    }

    /**
     * Encrypts all that waits and writes it, without a flush.
     *
     * @throws TlsEngineException if BoringSSL fails; what waited is still here, for {@link #fail}
     */
    void encrypt(ChannelHandlerContext ctx) throws TlsEngineException {
        ByteBuf full = Unpooled.EMPTY_BUFFER;
        if (waitingBytes > 0) {
            int records = waitingBytes / RECORD_PLAINTEXT_BYTES + waiting.size();
            lend(ctx, waitingBytes + records * connection.recordOverhead() + (wroteBefore ? 0 : TICKETS_BYTES));
            wroteBefore = true;
            try {
                for (ByteBuf plaintext = waiting.peek(); plaintext != null; plaintext = waiting.peek()) {
                    encrypt(ctx, plaintext);
                    waitingBytes -= plaintext.readableBytes();
                    waiting.remove().release();
                }
                full = takeBack();
            } finally {
                if (sink != null) { // BoringSSL failed
                    takeBack().release();
                }
            }
        } else {
            releaseWaiting();
        }
        settle(ctx, full);
    }

    private void encrypt(ChannelHandlerContext ctx, ByteBuf plaintext) throws TlsEngineException {
        int bytes = plaintext.readableBytes();
        if (bytes == 0) {
            return;
        }
        long address = plaintext.memoryAddress() + plaintext.readerIndex();
        int outcome = connection.write(address, bytes);
        while (outcome == NativeConnection.WANT_WRITE) { // full, mostly of tickets: the same write goes on in more room
            ctx.write(takeBack());
            lend(ctx, bytes + RECORD_PLAINTEXT_BYTES);
            outcome = connection.write(address, bytes);
        }
        if (outcome != bytes) {
            throw new TlsEngineException(NativeConnection.takeError());
        }
    }

    private void lend(ChannelHandlerContext ctx, int bytes) {
        ByteBuf room = ctx.alloc().directBuffer(bytes, bytes);
        connection.sink(room.memoryAddress(), bytes);
        sink = room;
    }

    /** Ends the loan; the caller owns what was written into the room lent. */
    private ByteBuf takeBack() {
        ByteBuf room = requireNonNull(sink);
        sink = null;
        room.writerIndex(room.capacity() - connection.left());
        connection.detach();
        return room;
    }

    /** Server, after the handshake: writes the session tickets, without a flush. */
    void encryptTickets(ChannelHandlerContext ctx) throws TlsEngineException {
        lend(ctx, TICKETS_BYTES);
        wroteBefore = true;
        long address = requireNonNull(sink).memoryAddress(); // of nothing, but null is not taken
        int outcome = connection.writeNothing(address);
        while (outcome == NativeConnection.WANT_WRITE) { // a ticket holds the client's certificates
            ctx.write(takeBack());
            lend(ctx, RECORD_PLAINTEXT_BYTES);
            outcome = connection.writeNothing(address);
        }
        ByteBuf tickets = takeBack();
        if (outcome != NativeConnection.DONE) {
            tickets.release();
            throw new TlsEngineException(NativeConnection.takeError());
        }
        ctx.write(tickets);
    }

    /**
     * Writes close_notify, without a flush; nothing may be added afterwards.
     *
     * @param promise succeeds when it is on its way
     */
    void encryptCloseNotify(ChannelHandlerContext ctx, ChannelPromise promise) throws TlsEngineException {
        lend(ctx, CLOSE_NOTIFY_BYTES + (wroteBefore ? 0 : TICKETS_BYTES));
        int outcome = connection.closeNotify();
        while (outcome == NativeConnection.WANT_WRITE) { // the tickets that nothing carried yet go first
            ctx.write(takeBack());
            lend(ctx, RECORD_PLAINTEXT_BYTES);
            outcome = connection.closeNotify();
        }
        ByteBuf last = takeBack();
        if (outcome != NativeConnection.DONE) {
            last.release();
            throw new TlsEngineException(NativeConnection.takeError());
        }
        ctx.write(last, promise);
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
