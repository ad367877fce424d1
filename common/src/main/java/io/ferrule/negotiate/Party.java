package io.ferrule.negotiate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import io.ferrule.config.DurationText;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One peer of a {@link Conversation}: the handler that stands in its channel as long as there is something to say. It reads only
 * when something is waited for, and when it {@link #leave leaves} whatever it has not used goes to the handler behind it. So what a
 * client sends along with its STARTTLS is the first of its handshake, and never an answer inside TLS (CVE-2011-0411).
 *
 * <p>One wait at a time. Stages complete in a turn of the event loop of their own, so that a talk may wait in a loop.
 */
public final class Party extends ChannelInboundHandlerAdapter {
    /** As with stunnel. */
    static final int MOST_LINE_BYTES = 65_536;

    /** Of all that is waited for in one talk; a peer that says more than that will never come to the point. */
    static final int MOST_BYTES = 262_144;

    /** What an empty line counts, so that there is an end to these too. */
    private static final int LEAST_LINE_BYTES = 64;

    private final Leg leg;
    private final String read; // what stunnel calls its function
    private final Duration patience;
    private final BiConsumer<Level, String> notes;

    private @Nullable ChannelHandlerContext ctx;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private @Nullable Wait<?> wait;
    private int takenBytes;
    private int searchedBytes; // of what is held, for the end of a line
    private boolean late;
    private boolean inputEnded;
    private boolean leaving;
    private boolean stopped;

    /**
     * Not yet in a pipeline.
     *
     * @param insideTls whether it is to stand behind the TLS of its channel
     * @param patience for each wait
     * @param notes for those who watch
     */
    public Party(Leg leg, boolean insideTls, Duration patience, BiConsumer<Level, String> notes) {
        this.leg = leg;
        this.read = insideTls ? "s_ssl_read" : "s_read";
        this.patience = patience;
        this.notes = notes;
    }

    // ---- what a talk does

    /** The next line without CR and LF; NUL ends one too. Bytes are ISO 8859-1. */
    public CompletionStage<String> line() {
        return new Wait<>(this::takeLine).begin();
    }

    /** The next line, which has to begin so, in any case. */
    public CompletionStage<String> expect(String prefix, String orElse) {
        return expectEither(prefix, prefix, orElse);
    }

    /** The next line, which has to begin in one of two ways. */
    public CompletionStage<String> expectEither(String one, String other, String orElse) {
        return line().thenCompose(line ->
                (begins(line, one) || begins(line, other)) ? CompletableFuture.completedFuture(line) : fail(orElse));
    }

    /** The next so many bytes; at most {@link #MOST_LINE_BYTES}. */
    public CompletionStage<byte[]> bytes(int count) {
        return new Wait<>(() -> takeBytes(count)).begin();
    }

    /** Whether it says something, or leaves, within this time. Nothing is taken. */
    public CompletionStage<Boolean> speaksWithin(Duration time) {
        return new Wait<>(() -> (held.isReadable() || inputEnded) ? Boolean.TRUE : null, time, Boolean.FALSE).begin();
    }

    /** A line; CR and LF are added. */
    public void send(String line) {
        notes.accept(Level.DEBUG, " -> " + ShownLine.of(line));
        write(line);
    }

    /** A line whose content nobody is to see. */
    public void sendSecret(String line) {
        notes.accept(Level.DEBUG, " -> (secret)");
        write(line);
    }

    private void write(String line) {
        send((line + "\r\n").getBytes(ISO_8859_1));
    }

    /** Bytes; they are not noted. */
    public void send(byte[] bytes) {
        ChannelHandlerContext c = requireNonNull(ctx);
        c.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /** There is no going on because of this peer; {@code why} is noted as an error. */
    public <T> CompletableFuture<T> fail(String why) {
        notes.accept(Level.ERROR, why);
        return failed(why);
    }

    private <T> CompletableFuture<T> failed(String why) {
        return CompletableFuture.failedFuture(new ConnectionFailure(CloseReason.negotiationFailed(leg), why));
    }

    /** The connection ends cleanly, with what has been sent so far: this peer did not come to TLS. */
    public <T> CompletableFuture<T> part(String why) {
        return CompletableFuture.failedFuture(new ConnectionFailure(CloseReason.NEGOTIATION_ENDED, why));
    }

    /** True if {@code line} begins so, in any case. */
    public static boolean begins(String line, String prefix) {
        return line.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT));
    }

    /** The peer's end of the connection. */
    public SocketAddress remoteAddress() {
        return requireNonNull(ctx).channel().remoteAddress();
    }

    /** Our end of the connection. */
    public SocketAddress localAddress() {
        return requireNonNull(ctx).channel().localAddress();
    }

    // ---- what is waited for

    private interface Taking<T> {
        /** Null if there is not enough yet. */
        @Nullable
        T take() throws ConnectionFailure;
    }

    private final class Wait<T> {
        private final CompletableFuture<T> taken = new CompletableFuture<>();
        private final Taking<T> taking;
        private final Duration limit;
        private final @Nullable T otherwise; // null: it is an error if nothing comes
        private @Nullable Future<?> deadline;

        Wait(Taking<T> taking) {
            this(taking, patience, null);
        }

        Wait(Taking<T> taking, Duration limit, @Nullable T otherwise) {
            this.taking = taking;
            this.limit = limit;
            this.otherwise = otherwise;
        }

        CompletableFuture<T> begin() {
            if (wait != null) {
                throw new IllegalStateException("one wait at a time");
            }
            if (stopped) {
                return taken; // a talk may go on for a moment after its connection
            }
            wait = this;
            ChannelHandlerContext c = requireNonNull(ctx);
            deadline = c.executor().schedule(this::timedOut, limit.toMillis(), TimeUnit.MILLISECONDS);
            c.executor().execute(this::goOn);
            return taken;
        }

        /** Takes what there is, or asks for more. */
        void goOn() {
            if (wait != this) {
                return; // over
            }
            if (late) {
                timedOut();
                return;
            }
            try {
                T value = taking.take();
                if (value != null) {
                    end();
                    taken.complete(value);
                } else if (inputEnded) {
                    fails("Unexpected socket close");
                } else {
                    requireNonNull(ctx).read();
                }
            } catch (ConnectionFailure e) {
                end();
                taken.completeExceptionally(e);
            }
        }

        /** What the function that reads has to say. */
        void fails(String error) {
            end();
            notes.accept(Level.ERROR, read + ": " + error);
            taken.completeExceptionally(new ConnectionFailure(CloseReason.negotiationFailed(leg), error));
        }

        private void timedOut() {
            end();
            if (otherwise != null && !late) {
                taken.complete(otherwise);
                return;
            }
            notes.accept(Level.INFO, read + "_eof: s_poll_wait: TIMEOUTbusy exceeded: sending reset");
            taken.completeExceptionally(new ConnectionFailure(
                    CloseReason.negotiationFailed(leg),
                    late ? "it was not done in time" : "nothing was said for " + DurationText.of(limit)));
        }

        void end() {
            wait = null;
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    private @Nullable String takeLine() throws ConnectionFailure {
        int end = held.forEachByte(
                held.readerIndex() + searchedBytes, held.readableBytes() - searchedBytes, b -> b != '\n' && b != 0);
        int bytes = end < 0 ? held.readableBytes() : end - held.readerIndex();
        searchedBytes = end < 0 ? bytes : 0;
        if (bytes > MOST_LINE_BYTES) {
            throw tooMuch("fd_getline: Line too long");
        }
        if (end < 0) {
            return null;
        }
        count(Math.max(bytes + 1, LEAST_LINE_BYTES));
        String line = held.readCharSequence(bytes, ISO_8859_1).toString().replace("\r", "");
        held.skipBytes(1);
        notes.accept(Level.DEBUG, " <- " + ShownLine.of(line));
        return line;
    }

    private byte @Nullable [] takeBytes(int count) throws ConnectionFailure {
        if (held.readableBytes() < count) {
            return null;
        }
        count(count);
        byte[] bytes = new byte[count];
        held.readBytes(bytes);
        searchedBytes = 0;
        return bytes;
    }

    private void count(int bytes) throws ConnectionFailure {
        takenBytes += bytes;
        if (takenBytes > MOST_BYTES) {
            throw tooMuch("more than " + MOST_BYTES + " bytes were said, and not what is needed");
        }
    }

    private ConnectionFailure tooMuch(String error) {
        notes.accept(Level.ERROR, error);
        return new ConnectionFailure(CloseReason.negotiationFailed(leg), error);
    }

    private void goOn() {
        Wait<?> current = wait;
        if (current != null) {
            current.goOn();
        }
    }

    // ---- the channel

    @Override
    public void handlerAdded(ChannelHandlerContext c) {
        ctx = c;
    }

    @Override
    public void channelRead(ChannelHandlerContext c, Object msg) {
        // Grows one buffer: what comes byte by byte is not copied anew with each of them.
        held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(c.alloc(), held, (ByteBuf) msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext c) {
        goOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext c, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true; // whoever stands behind hears of it after the bytes
            goOn();
        } else {
            c.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext c, Throwable cause) {
        Wait<?> current = wait;
        if (current != null && cause instanceof IOException && !(cause instanceof ConnectionFailure)) {
            current.fails(String.valueOf(cause.getMessage()));
        } else {
            c.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext c) {
        inputEnded = true;
        goOn();
        c.fireChannelInactive();
    }

    /** There is no more time: whatever is waited for, now or later, does not come. */
    public void expire() {
        late = true;
        goOn();
    }

    /** The connection has ended: nothing is waited for any more, and no stage completes. */
    public void stop() {
        stopped = true;
        Wait<?> current = wait;
        if (current != null) {
            current.end();
        }
    }

    /** Leaves the pipeline; what it holds goes on. No wait may be pending. */
    public void leave() {
        leaving = true;
        requireNonNull(ctx).pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext c) {
        stop();
        ByteBuf rest = held;
        held = Unpooled.EMPTY_BUFFER;
        if (!leaving || !rest.isReadable()) {
            rest.release();
        } else {
            c.fireChannelRead(rest);
            c.fireChannelReadComplete();
        }
        if (leaving && inputEnded) {
            c.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }
}
