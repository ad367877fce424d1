package io.ferrule.tls;

import static java.util.Objects.requireNonNull;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

/**
 * TLS on one channel, with two directions that end independently (RFC 8446 §6.1): a received close_notify becomes
 * {@link ChannelInputShutdownEvent}, as a FIN does on a plain channel, and {@link #shutdownOutput} sends one. A TCP end without
 * close_notify is not an end but a {@link ConnectionFailure}, fired through the pipeline. The handler never closes the channel.
 * Everything happens on the channel's event loop.
 */
public final class TlsHandler extends ChannelDuplexHandler {
    /** Plaintext beyond this is encrypted before the flush, so that it counts towards the channel's writability. */
    private static final int MOST_WAITING_BYTES = 65_536;

    private final TlsContext context;
    private final @Nullable String serverName;
    private final Promise<TlsSession> handshake;
    private final RecordFraming framing = new RecordFraming();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable NativeConnection connection; // null before it is added and after it is freed
    private @Nullable Encryptor encryptor;
    private @Nullable Decryptor decryptor;
    private Verdict verdict = Verdict.TRUSTED;
    private boolean judged;
    private boolean started;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean failed;
    private boolean drained; // something of BoringSSL's own was written and waits for a flush
    private int nativeDepth; // above zero while BoringSSL may be using the connection
    private boolean freePending;

    TlsHandler(TlsContext context, EventExecutor executor, @Nullable String serverName) {
        this.context = context;
        this.serverName = serverName;
        this.handshake = executor.newPromise();
    }

    /**
     * What was agreed on, with a peer that the context's verifier trusts; or a {@link ConnectionFailure}. Completed on the event
     * loop, before the first plaintext is fired.
     */
    public Future<TlsSession> handshake() {
        return handshake;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext c) {
        ctx = c;
        NativeConnection opened = context.open(this, serverName);
        connection = opened;
        encryptor = new Encryptor(opened);
        decryptor = new Decryptor(opened, framing);
        if (c.channel().isActive()) {
            start();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext c) {
        start();
        c.fireChannelActive();
    }

    /** The client speaks first; the server waits for its hello. */
    private void start() {
        if (!started && connection != null) {
            started = true;
            if (context.leg() == Leg.CONNECT) {
                enterNative(() -> shakeHands(Unpooled.EMPTY_BUFFER));
                requireNonNull(ctx).flush();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext c) {
        ended(c, "the connection ended");
        free(new ClosedChannelException());
        c.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext c) {
        free(new ClosedChannelException());
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext c, Object msg) {
        ByteBuf in = direct(c, (ByteBuf) msg);
        if (connection == null || inputEnded || failed || !in.isReadable()) {
            in.release();
            return;
        }
        enterNative(() -> receive(c, in));
    }

    private static ByteBuf direct(ChannelHandlerContext c, ByteBuf buffer) {
        if (buffer.hasMemoryAddress() || !buffer.isReadable()) {
            return buffer;
        }
        try {
            return c.alloc().directBuffer(buffer.readableBytes()).writeBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    private void receive(ChannelHandlerContext c, ByteBuf in) throws TlsEngineException {
        boolean atBoundary = framing.atBoundary();
        framing.advance(in);
        if (!handshake.isDone()) {
            int before = in.readableBytes();
            try {
                shakeHands(in);
            } catch (TlsEngineException | RuntimeException e) {
                in.release();
                throw e;
            }
            if (!handshake.isSuccess() || failed || !in.isReadable()) {
                in.release();
                return;
            }
            // The handshake ended inside this input; what follows it begins a record.
            atBoundary = atBoundary || in.readableBytes() < before;
        }
        ByteBuf plaintext = requireNonNull(decryptor).decrypt(c, in, atBoundary, this::drainRing);
        if (plaintext != null) {
            c.fireChannelRead(plaintext);
        }
        if (requireNonNull(decryptor).closeNotify() && !inputEnded) {
            inputEnded = true;
            c.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** Goes on with the handshake; consumes of {@code in} what belongs to it. */
    private void shakeHands(ByteBuf in) throws TlsEngineException {
        NativeConnection c = requireNonNull(connection);
        while (true) {
            if (in.isReadable()) {
                c.source(in.memoryAddress() + in.readerIndex(), in.readableBytes());
            }
            int outcome;
            try {
                outcome = c.handshake();
                if (in.isReadable()) {
                    in.skipBytes(in.readableBytes() - c.left());
                }
            } finally {
                c.detach();
            }
            drainRing();
            if (outcome == NativeConnection.DONE) {
                shookHands(c);
                return;
            }
            if (outcome == NativeConnection.WANT_READ) {
                return;
            }
            if (outcome != NativeConnection.WANT_WRITE) {
                throw new TlsEngineException(
                        outcome == NativeConnection.FAILED ? NativeConnection.takeError() : "CLOSED_IN_HANDSHAKE");
            }
        }
    }

    private void shookHands(NativeConnection c) {
        context.handshakeOver(c);
        TlsSession session = new TlsSession(
                c.version(),
                c.cipher(),
                c.group(),
                c.resumed(),
                context.leg() == Leg.ACCEPT ? c.serverName() : serverName,
                c.alpn(),
                c.peerChain());
        if (!judged) { // a resumed handshake: no certificate was sent, so nobody has asked
            verdict = context.verdict(session.peerChain());
        }
        if (verdict instanceof Verdict.Refused refused) {
            context.forgetSessions();
            fail(refused.failure(), refused.explanation());
            return;
        }
        handshake.trySuccess(session);
    }

    /** The verdict of the up-call in the handshake. */
    void judged(Verdict v) {
        judged = true;
        verdict = v;
    }

    /** Writes, without a flush, what BoringSSL wants to send by itself. */
    private void drainRing() {
        NativeConnection c = requireNonNull(connection);
        int bytes = c.ringed();
        if (bytes > 0) {
            ByteBuf out = requireNonNull(ctx).alloc().directBuffer(bytes);
            out.writerIndex(c.drainRing(out.memoryAddress(), bytes));
            requireNonNull(ctx).write(out);
            drained = true;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext c) {
        if (connection != null && !failed) {
            drainRing();
        }
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
        if (handshake.isSuccess()) {
            c.fireExceptionCaught(new ConnectionFailure(CloseReason.truncated(context.leg()), how));
        } else {
            fail(HandshakeFailure.CLOSED, "the peer closed the connection during the handshake");
        }
    }

    /** A reset in the handshake is a failed handshake, as a close is; afterwards it is the relay's to judge. */
    @Override
    public void exceptionCaught(ChannelHandlerContext c, Throwable cause) {
        if (cause instanceof IOException && !handshake.isDone()) {
            fail(HandshakeFailure.CLOSED, String.valueOf(cause.getMessage()));
        } else {
            c.fireExceptionCaught(cause);
        }
    }

    // ---- sending

    @Override
    public void write(ChannelHandlerContext c, Object msg, ChannelPromise promise) {
        ByteBuf plaintext = (ByteBuf) msg;
        if (connection == null || failed || outputEnded) {
            plaintext.release();
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        Encryptor e = requireNonNull(encryptor);
        e.add(direct(c, plaintext), promise);
        if (e.waitingBytes() >= MOST_WAITING_BYTES && handshake.isSuccess()) {
            enterNative(() -> e.encrypt(c));
        }
    }

    @Override
    public void flush(ChannelHandlerContext c) {
        Encryptor e = encryptor;
        if (connection != null && e != null && !e.isEmpty() && handshake.isSuccess() && !failed) {
            enterNative(() -> e.encrypt(c));
        }
        c.flush();
    }

    /**
     * Ends our sending direction and leaves the other one open: all that was written, close_notify, FIN. Once only, after the
     * handshake.
     *
     * @return done when the FIN is on its way
     */
    public ChannelFuture shutdownOutput() {
        ChannelHandlerContext c = requireNonNull(ctx);
        ChannelPromise done = c.newPromise();
        flush(c);
        if (connection == null || failed || outputEnded) {
            return done.setFailure(new ClosedChannelException());
        }
        outputEnded = true;
        ChannelPromise sent = c.newPromise();
        enterNative(() -> requireNonNull(encryptor).encryptCloseNotify(c, sent));
        if (failed) {
            return done.setFailure(new ClosedChannelException());
        }
        c.flush();
        sent.addListener(s -> {
            if (s.isSuccess()) {
                ((DuplexChannel) c.channel()).shutdownOutput(done);
            } else {
                done.tryFailure(s.cause());
            }
        });
        return done;
    }

    // ---- failure and end

    private interface NativeStep {
        void run() throws TlsEngineException;
    }

    /** Keeps the connection from being freed while BoringSSL is on the stack: what is fired from here may close the channel. */
    private void enterNative(NativeStep step) {
        nativeDepth++;
        try {
            step.run();
        } catch (TlsEngineException e) {
            engineFailed(e.error());
        } finally {
            if (--nativeDepth == 0 && freePending) {
                free(new ClosedChannelException());
            }
        }
    }

    private void engineFailed(String error) {
        if (connection != null) {
            drainRing(); // the alert
            requireNonNull(ctx).flush();
        }
        if (handshake.isSuccess()) {
            failAfterHandshake(error);
        } else if (verdict instanceof Verdict.Refused refused) {
            fail(refused.failure(), refused.explanation());
        } else {
            fail(TlsErrors.handshakeFailure(error), TlsErrors.explain(error));
        }
    }

    /** A TLS 1.3 server refuses a client's certificate only after the client's handshake is done (RFC 8446 §4.4.2.4). */
    private void failAfterHandshake(String error) {
        failed = true;
        ConnectionFailure failure =
                new ConnectionFailure(CloseReason.tlsError(context.leg()), TlsErrors.explain(error));
        requireNonNull(encryptor).fail(failure);
        requireNonNull(ctx).fireExceptionCaught(failure);
    }

    private void fail(HandshakeFailure why, String explanation) {
        if (failed) {
            return;
        }
        failed = true;
        ConnectionFailure failure = new ConnectionFailure(CloseReason.handshakeFailed(context.leg()), why, explanation);
        if (encryptor != null) {
            encryptor.fail(failure);
        }
        handshake.tryFailure(failure);
    }

    private void free(Throwable cause) {
        NativeConnection c = connection;
        if (c == null) {
            return;
        }
        if (nativeDepth > 0) {
            freePending = true;
            return;
        }
        connection = null;
        requireNonNull(encryptor).fail(cause);
        context.handshakeOver(c);
        c.free();
        context.release();
        handshake.tryFailure(cause);
    }
}
