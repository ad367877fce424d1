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
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** {@link SecureStream} by Bouncy Castle. */
public final class PskHandler extends ChannelDuplexHandler implements SecureStream {
    /** Plaintext beyond this is encrypted before the flush, so that it counts towards the channel's writability. */
    private static final int MOST_WAITING_BYTES = 65_536;

    private static final int CLOSE_NOTIFY_BYTES = 128;

    private final PskContext context;
    private final @Nullable String serverName;
    private final Promise<TlsSession> secured;
    private final Promise<Void> accepted;
    private final PskOutput output = new PskOutput();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable PskConnection connection; // null before it starts, and after its end
    private boolean started;
    private boolean gone;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean failed;
    private boolean drained; // something of Bouncy Castle's own was written and waits for a flush

    PskHandler(PskContext context, EventExecutor executor, @Nullable String serverName) {
        this.context = context;
        this.serverName = serverName;
        this.secured = executor.newPromise();
        this.accepted = executor.newPromise();
    }

    @Override
    public Future<TlsSession> handshake() {
        return secured;
    }

    /** With the handshake: whoever has a pre-shared key has shown it before that is done. */
    @Override
    public Future<Void> accepted() {
        return accepted;
    }

    /** None: keys are good for every name. */
    @Override
    public @Nullable ChosenService chosen() {
        return null;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext c) {
        ctx = c;
        if (c.channel().isActive()) {
            start(c);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext c) {
        start(c);
        c.fireChannelActive();
    }

    private void start(ChannelHandlerContext c) {
        if (started) {
            return;
        }
        started = true;
        try {
            connection = context.open(serverName);
            drain(c);
            c.flush();
        } catch (IOException e) {
            throw new IllegalStateException("a connection cannot begin", e);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext c) {
        ended(c, "the connection ended");
        leave();
        c.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext c) {
        leave();
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext c, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        try {
            receive(c, in);
        } finally {
            in.release();
        }
    }

    private void receive(ChannelHandlerContext c, ByteBuf in) {
        PskConnection opened = connection;
        if (opened == null || inputEnded || failed) {
            return;
        }
        ByteBuf plaintext = c.alloc().directBuffer(Math.max(64, in.readableBytes()));
        IOException broken = null;
        try {
            while (in.isReadable() && !opened.closeNotify() && opened.feed(in)) {
                shookHands(opened);
                opened.takePlaintext(plaintext);
            }
        } catch (IOException e) {
            broken = e;
        } catch (RuntimeException | Error e) {
            plaintext.release();
            throw e;
        }
        drain(c);
        pass(c, plaintext);
        if (broken != null) {
            broken(c, broken);
        } else if (opened.closeNotify() && !inputEnded) {
            inputEnded = true;
            c.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private void pass(ChannelHandlerContext c, ByteBuf plaintext) {
        if (plaintext.isReadable() && !gone) {
            c.fireChannelRead(plaintext);
        } else {
            plaintext.release();
        }
    }

    /** At once when it is done, and before any plaintext. */
    private void shookHands(PskConnection opened) {
        TlsSession session = opened.agreed();
        if (session != null && !secured.isDone()) {
            drain(requireNonNull(ctx)); // our last flight goes first
            secured.trySuccess(session);
            accepted.trySuccess(null);
        }
    }

    /** Writes, without a flush, what Bouncy Castle wants to send by itself. */
    private void drain(ChannelHandlerContext c) {
        PskConnection opened = connection;
        ByteBuf out = opened == null ? null : opened.takeOutput(c.alloc());
        if (out != null) {
            c.write(out);
            drained = true;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext c) {
        if (drained) {
            drained = false;
            c.flush();
        }
        c.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext c, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended(c, "the peer ended TCP without close_notify");
        } else {
            c.fireUserEventTriggered(event);
        }
    }

    /** TCP's input is over: that is an end only if TLS said so before. */
    private void ended(ChannelHandlerContext c, String how) {
        if (inputEnded || failed) {
            return;
        }
        inputEnded = true;
        if (secured.isSuccess()) {
            c.fireExceptionCaught(new ConnectionFailure(CloseReason.truncated(context.leg()), how));
        } else {
            fail(closed("the peer closed the connection during the handshake"));
        }
    }

    /** A reset in the handshake is a failed handshake, as a close is; afterwards it is the relay's to judge. */
    @Override
    public void exceptionCaught(ChannelHandlerContext c, Throwable cause) {
        if (cause instanceof IOException && !secured.isDone()) {
            fail(closed(String.valueOf(cause.getMessage())));
        } else {
            c.fireExceptionCaught(cause);
        }
    }

    private ConnectionFailure closed(String how) {
        return new ConnectionFailure(CloseReason.handshakeFailed(context.leg()), HandshakeFailure.CLOSED, how);
    }

    // ---- sending

    @Override
    public void write(ChannelHandlerContext c, Object msg, ChannelPromise promise) {
        ByteBuf plaintext = (ByteBuf) msg;
        if (gone || failed || outputEnded) {
            plaintext.release();
            promise.tryFailure(new Gone());
            return;
        }
        output.add(plaintext, promise);
        if (output.waitingBytes() >= MOST_WAITING_BYTES) {
            encrypt(c);
        }
    }

    @Override
    public void flush(ChannelHandlerContext c) {
        encrypt(c);
        c.flush();
    }

    private void encrypt(ChannelHandlerContext c) {
        PskConnection opened = connection;
        if (opened == null || output.isEmpty() || !secured.isSuccess() || failed) {
            return;
        }
        try {
            output.encrypt(c, opened);
        } catch (IOException e) {
            broken(c, e);
        }
    }

    @Override
    public ChannelFuture shutdownOutput() {
        ChannelHandlerContext c = requireNonNull(ctx);
        ChannelPromise done = c.newPromise();
        flush(c);
        PskConnection opened = connection;
        if (opened == null || failed || outputEnded) {
            return done.setFailure(new Gone());
        }
        outputEnded = true;
        ByteBuf last = c.alloc().directBuffer(CLOSE_NOTIFY_BYTES);
        try {
            opened.closeNotify(last);
        } catch (IOException e) {
            last.release();
            broken(c, e);
            return done.setFailure(new Gone());
        }
        c.writeAndFlush(last).addListener(sent -> {
            if (sent.isSuccess()) {
                ((DuplexChannel) c.channel()).shutdownOutput(done);
            } else {
                done.tryFailure(sent.cause());
            }
        });
        return done;
    }

    // ---- failure and end

    /** Every connection ends with one; a stack trace would cost as much as a system call. */
    private static final class Gone extends ClosedChannelException {
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private void broken(ChannelHandlerContext c, IOException error) {
        drain(c); // the alert
        c.flush();
        if (failed || gone) {
            return;
        }
        Leg leg = context.leg();
        if (!secured.isSuccess()) {
            fail(PskErrors.ofHandshake(leg, error, requireNonNull(connection).peer()));
        } else {
            failed = true;
            ConnectionFailure failure = PskErrors.later(leg, error);
            output.fail(failure);
            c.fireExceptionCaught(failure);
        }
    }

    private void fail(ConnectionFailure failure) {
        if (failed) {
            return;
        }
        failed = true;
        PskConnection opened = connection;
        if (opened != null && opened.peer() instanceof PskClient client) {
            client.forgetSession(); // the server may have hung up because of it
        }
        output.fail(failure);
        secured.tryFailure(failure);
        accepted.tryFailure(failure);
    }

    private void leave() {
        if (gone) {
            return;
        }
        gone = true;
        connection = null;
        Gone cause = new Gone();
        output.fail(cause);
        secured.tryFailure(cause);
        accepted.tryFailure(cause);
    }
}
