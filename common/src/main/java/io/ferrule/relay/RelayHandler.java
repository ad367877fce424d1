package io.ferrule.relay;

import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One leg's end of a {@link Relay}: the last handler of its channel. What its peer sends is written to the other leg; while
 * that one does not keep up, this one is not read. On the connection's event loop throughout.
 */
public final class RelayHandler extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
    private final Relay relay;
    private final Leg leg;
    private @Nullable Queue<ByteBuf> early; // most connections have none

    private @Nullable ChannelHandlerContext ctx;
    private int batchBytes;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean outputEnded;
    private @Nullable ConnectionFailure writeFailure;

    RelayHandler(Relay relay, Leg leg) {
        this.relay = relay;
        this.leg = leg;
    }

    Leg leg() {
        return leg;
    }

    /** The leg's channel; null before the handler is added. */
    @Nullable
    Channel channel() {
        return ctx == null ? null : ctx.channel();
    }

    /** Its peer sends no more. */
    boolean inputEnded() {
        return inputEnded;
    }

    /** We send it no more, and it knows. */
    boolean outputEnded() {
        return outputEnded;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext c) {
        ctx = c;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext c) {
        if (early != null) {
            early.forEach(ByteBuf::release);
            early = null;
        }
    }

    // ---- from this leg's peer

    @Override
    public void channelRead(ChannelHandlerContext c, Object msg) {
        ByteBuf bytes = (ByteBuf) msg;
        if (relay.over()) {
            bytes.release();
            return;
        }
        batchBytes += bytes.readableBytes();
        if (relay.isOpen()) {
            forward(c, bytes);
        } else {
            // The other leg is not there yet. Reading is off, so this is one batch of reads at most.
            if (early == null) {
                early = new ArrayDeque<>(1);
            }
            early.add(bytes);
        }
    }

    private void forward(ChannelHandlerContext c, ByteBuf bytes) {
        RelayHandler other = relay.other(leg);
        if (!other.write(bytes) && c.channel().config().isAutoRead()) {
            c.channel().config().setAutoRead(false);
            relay.readingPaused(leg);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext c) {
        if (relay.isOpen()) {
            relay.other(leg).flush();
        }
        tellBatch();
    }

    private void tellBatch() {
        if (batchBytes > 0) {
            relay.received(leg, batchBytes);
            batchBytes = 0;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext c, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            endInput();
        }
    }

    private void endInput() {
        if (!inputEnded) {
            inputEnded = true;
            tellBatch(); // what came with the end counts before the connection's end is told
            ConnectionFailure failure = writeFailure;
            if (failure != null) {
                relay.failed(failure);
            } else {
                relay.inputEnded(leg);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext c, Throwable cause) {
        relay.failed(Failures.of(leg, cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext c) {
        relay.vanished(leg);
    }

    // ---- towards this leg's peer

    /** Takes ownership; false if the sender should pause. */
    private boolean write(ByteBuf bytes) {
        ChannelHandlerContext c = Relay.present(ctx);
        if (writeFailure != null || outputEnding) {
            bytes.release();
            return true;
        }
        c.write(bytes).addListener(this);
        return c.channel().isWritable();
    }

    private void flush() {
        Relay.present(ctx).flush();
    }

    /** A write is done. */
    @Override
    public void operationComplete(ChannelFuture write) {
        if (!write.isSuccess() && writeFailure == null && !relay.over()) {
            // What the peer sent before it broke off may still wait in the kernel: read on to its end, then tell.
            writeFailure = Failures.of(leg, write.cause());
            if (inputEnded) {
                relay.failed(writeFailure);
            } else {
                relay.writeFailed(leg, writeFailure);
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext c) {
        if (c.channel().isWritable()) {
            relay.readAgain(leg);
        } else {
            c.flush();
        }
    }

    // ---- by the relay

    /** Hands on what came before the other leg was there. */
    void forwardEarly() {
        ChannelHandlerContext c = Relay.present(ctx);
        Queue<ByteBuf> waiting = early;
        early = null;
        if (waiting != null) {
            waiting.forEach(bytes -> forward(c, bytes));
        }
        relay.other(leg).flush();
    }

    void read(boolean on) {
        Relay.present(ctx).channel().config().setAutoRead(on);
    }

    /** Ends our sending direction after all that was written; {@link Relay#outputEnded} follows. */
    void endOutput(OutputShutdown shutdown) {
        if (outputEnding || writeFailure != null) {
            return;
        }
        outputEnding = true;
        shutdown.shutdownOutput().addListener(done -> {
            outputEnded = true;
            if (done.isSuccess()) {
                relay.outputEnded();
            } else if (!relay.over()) {
                relay.failed(Failures.of(leg, done.cause()));
            }
        });
    }
}
