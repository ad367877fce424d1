package io.ferrule.psk;

import static java.util.Objects.requireNonNull;

import io.ferrule.connection.ChosenService;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.tls.SecureStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** Waits for a client's hello, and gives the client to who it is for; from then on it only stands for that one. */
final class EitherHandler extends ChannelInboundHandlerAdapter implements SecureStream {
    private final EitherContext context;
    private final Promise<TlsSession> secured;
    private final Promise<Void> accepted;
    private @Nullable ByteBuf hello; // so far; at most a record, and what came with its last bytes
    private @Nullable SecureStream chosen;

    EitherHandler(EitherContext context, EventExecutor executor) {
        this.context = context;
        this.secured = executor.newPromise();
        this.accepted = executor.newPromise();
    }

    @Override
    public Future<TlsSession> handshake() {
        return secured;
    }

    @Override
    public Future<Void> accepted() {
        return accepted;
    }

    @Override
    public @Nullable ChosenService chosen() {
        return chosen == null ? null : chosen.chosen();
    }

    /** After the handshake, so there is somebody who does it. */
    @Override
    public ChannelFuture shutdownOutput() {
        return requireNonNull(chosen).shutdownOutput();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        if (secured.isDone()) {
            in.release();
            return;
        }
        ByteBuf before = hello;
        if (before == null) {
            hello = in;
        } else {
            before.writeBytes(in);
            in.release();
        }
        HelloLook.Answer answer = context.look().at(requireNonNull(hello));
        if (answer != HelloLook.Answer.MORE) {
            choose(ctx, answer);
        } else if (before == null) {
            hello = ctx.alloc().directBuffer().writeBytes(in); // of our own, with room for more
            in.release();
        }
    }

    private void choose(ChannelHandlerContext ctx, HelloLook.Answer answer) {
        SecureStream stream = context.of(answer).newHandler(ctx.executor(), null);
        chosen = stream;
        PromiseNotifier.cascade(false, stream.handshake(), secured);
        PromiseNotifier.cascade(false, stream.accepted(), accepted);
        ByteBuf whole = requireNonNull(hello);
        hello = null;
        ctx.pipeline().addAfter(ctx.name(), null, stream);
        ctx.fireChannelRead(whole);
        ctx.pipeline().remove(this); // the end of this batch of reads is told to whoever is next
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            fail("the peer closed the connection during the handshake");
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            fail(String.valueOf(cause.getMessage()));
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail("the peer closed the connection during the handshake");
        ctx.fireChannelInactive();
    }

    private void fail(String how) {
        ConnectionFailure failure =
                new ConnectionFailure(CloseReason.handshakeFailed(Leg.ACCEPT), HandshakeFailure.CLOSED, how);
        release();
        secured.tryFailure(failure);
        accepted.tryFailure(failure);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
        if (chosen == null) {
            secured.tryFailure(new ClosedChannelException());
            accepted.tryFailure(new ClosedChannelException());
        }
    }

    private void release() {
        ByteBuf held = hello;
        hello = null;
        if (held != null) {
            held.release();
        }
    }
}
