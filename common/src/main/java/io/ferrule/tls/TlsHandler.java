package io.ferrule.tls;

import static java.util.Objects.requireNonNull;

import io.ferrule.connection.ChosenService;
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
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link SecureStream} by BoringSSL. */
public final class TlsHandler extends ChannelDuplexHandler implements SecureStream {
    /** Plaintext beyond this is encrypted before the flush, so that it counts towards the channel's writability. */
    private static final int MOST_WAITING_BYTES = 65_536;

    private final TlsContext context;
    private final @Nullable String serverName;
    private final Promise<TlsSession> secured;
    private final Promise<Void> accepted;
    private final RecordFraming framing = new RecordFraming();
    private final HeldInput held = new HeldInput();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Handshake handshake; // null before it is added
    private @Nullable NativeConnection connection; // null before it is added and after it is freed
    private @Nullable Encryptor encryptor;
    private @Nullable Decryptor decryptor;
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
        return handshake == null ? null : handshake.chosen();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext c) {
        ctx = c;
        Handshake begun = new Handshake(context, serverName, c.executor(), this::goOn);
        NativeConnection opened = begun.connection();
        handshake = begun;
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
                enterNative(() -> receive(requireNonNull(ctx), Unpooled.EMPTY_BUFFER));
                requireNonNull(ctx).flush();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext c) {
        ended(c, "the connection ended");
        free(new Gone());
        c.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext c) {
        free(new Gone());
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext c, Object msg) {
        ByteBuf in = direct(c, (ByteBuf) msg);
        if (connection == null || inputEnded || failed || !in.isReadable()) {
            in.release();
            return;
        }
        if (held.isHolding()) {
            held.add(in);
        } else {
            enterNative(() -> receive(c, in));
        }
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
        if (!secured.isDone()) {
            shakeHands(c, in);
            if (held.isHolding()) {
                return;
            }
            if (!secured.isSuccess() || failed || connection == null || !in.isReadable()) {
                in.release();
                return;
            }
            // The handshake ended inside this input; what follows it begins a record.
        }
        boolean atBoundary = framing.atBoundary();
        framing.advance(in, in.readerIndex(), in.writerIndex());
        boolean record = framing.completed() > 0;
        ByteBuf plaintext = requireNonNull(decryptor).decrypt(c, in, atBoundary, this::drainRing);
        if (record) {
            accepted.trySuccess(null);
        }
        if (plaintext != null) {
            c.fireChannelRead(plaintext);
        }
        if (requireNonNull(decryptor).closeNotify() && !inputEnded) {
            inputEnded = true;
            c.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** Goes on with the handshake; consumes of {@code in} what belongs to it, and holds the rest if it has to wait. */
    private void shakeHands(ChannelHandlerContext c, ByteBuf in) throws TlsEngineException {
        int from = in.readerIndex();
        boolean atBoundary = framing.atBoundary();
        try {
            Handshake.Progress progress = requireNonNull(handshake).advance(in, this::drainRing);
            framing.advance(in, from, in.readerIndex());
            switch (progress) {
                case NEEDS_INPUT -> {}
                case WAITS -> held.begin(c.channel(), in);
                case DONE -> shookHands(c);
            }
        } catch (TlsEngineException e) {
            boolean clients = atBoundary && context.leg() == Leg.ACCEPT; // a server encrypts by then
            String error = clients ? PlaintextAlert.instead(e.error(), in, from) : e.error();
            in.release();
            throw new TlsEngineException(error);
        } catch (RuntimeException | Error e) {
            in.release();
            throw e;
        }
    }

    /** The verdict that the handshake waited for is there. */
    private void goOn() {
        if (connection == null || failed) {
            return; // the connection ended meanwhile
        }
        ChannelHandlerContext c = requireNonNull(ctx);
        List<ByteBuf> inputs = held.end(c.channel());
        enterNative(() -> receive(c, inputs.get(0))); // empty or not, the handshake goes on
        inputs.subList(1, inputs.size()).forEach(in -> channelRead(c, in));
        channelReadComplete(c);
    }

    private void shookHands(ChannelHandlerContext c) throws TlsEngineException {
        Handshake done = requireNonNull(handshake);
        if (done.verdict()
                instanceof Verdict.Refused refused) { // a resumed handshake, for which there is no alert any more
            context.forgetSessions();
            fail(refused.failure(), refused.explanation(), done.judgedChain());
            return;
        }
        TlsSession session = done.session();
        boolean tls13 = session.version().equals("TLSv1.3");
        if (context.leg() == Leg.ACCEPT && tls13 && done.clientAwaitsAcceptance()) {
            requireNonNull(encryptor).encryptTickets(c);
            drained = true;
        }
        secured.trySuccess(session);
        if (context.leg() == Leg.ACCEPT || !tls13 || !done.mayBeRefusedLate()) {
            accepted.trySuccess(null);
        }
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
        if (secured.isSuccess()) {
            ConnectionFailure failure = new ConnectionFailure(CloseReason.truncated(context.leg()), how);
            notAccepted(failure);
            c.fireExceptionCaught(failure);
        } else {
            fail(HandshakeFailure.CLOSED, "the peer closed the connection during the handshake");
        }
    }

    /** A reset in the handshake is a failed handshake, as a close is; afterwards it is the relay's to judge. */
    @Override
    public void exceptionCaught(ChannelHandlerContext c, Throwable cause) {
        if (cause instanceof IOException && !secured.isDone()) {
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
            promise.tryFailure(new Gone());
            return;
        }
        Encryptor e = requireNonNull(encryptor);
        e.add(direct(c, plaintext), promise);
        if (e.waitingBytes() >= MOST_WAITING_BYTES && secured.isSuccess()) {
            enterNative(() -> e.encrypt(c));
        }
    }

    @Override
    public void flush(ChannelHandlerContext c) {
        Encryptor e = encryptor;
        if (connection != null && e != null && !e.isEmpty() && secured.isSuccess() && !failed) {
            enterNative(() -> e.encrypt(c));
        }
        c.flush();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        ChannelHandlerContext c = requireNonNull(ctx);
        ChannelPromise done = c.newPromise();
        flush(c);
        if (connection == null || failed || outputEnded) {
            return done.setFailure(new Gone());
        }
        outputEnded = true;
        ChannelPromise sent = c.newPromise();
        enterNative(() -> requireNonNull(encryptor).encryptCloseNotify(c, sent));
        if (failed) {
            return done.setFailure(new Gone());
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

    /** Every connection ends with one; a stack trace would cost as much as a system call. */
    private static final class Gone extends ClosedChannelException {
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

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
                free(new Gone());
            }
        }
    }

    private void engineFailed(String error) {
        if (connection != null) {
            drainRing(); // the alert
            requireNonNull(ctx).flush();
        }
        Handshake begun = requireNonNull(handshake);
        if (secured.isSuccess()) {
            failAfterHandshake(error, begun);
        } else if (begun.verdict() instanceof Verdict.Refused refused) {
            fail(refused.failure(), refused.explanation(), begun.judgedChain());
        } else if (begun.keyFailure() != null) {
            fail(HandshakeFailure.OWN_KEY, String.valueOf(begun.keyFailure()));
        } else {
            fail(TlsErrors.handshakeFailure(error), TlsErrors.explain(error));
        }
    }

    private void failAfterHandshake(String error, Handshake begun) {
        failed = true;
        boolean refused = !accepted.isDone() && TlsErrors.isAlert(error) && begun.mayBeRefusedLate();
        ConnectionFailure failure = refused
                ? new ConnectionFailure(
                        CloseReason.handshakeFailed(context.leg()),
                        HandshakeFailure.REFUSED_BY_PEER,
                        TlsErrors.explain(error))
                : new ConnectionFailure(CloseReason.tlsError(context.leg()), TlsErrors.explain(error));
        notAccepted(failure);
        requireNonNull(encryptor).fail(failure);
        requireNonNull(ctx).fireExceptionCaught(failure);
    }

    /** The peer ended the connection before it said anything else: the next one must not rest on what this one agreed on. */
    private void notAccepted(Throwable cause) {
        if (accepted.tryFailure(cause)) {
            context.forgetSessions();
        }
    }

    private void fail(HandshakeFailure why, String explanation) {
        fail(why, explanation, List.of());
    }

    private void fail(HandshakeFailure why, String explanation, List<X509Certificate> refusedChain) {
        if (failed) {
            return;
        }
        failed = true;
        ConnectionFailure failure =
                new ConnectionFailure(CloseReason.handshakeFailed(context.leg()), why, explanation, refusedChain);
        if (encryptor != null) {
            encryptor.fail(failure);
        }
        secured.tryFailure(failure);
        accepted.tryFailure(failure);
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
        held.release();
        context.release();
        secured.tryFailure(cause);
        accepted.tryFailure(cause);
    }
}
