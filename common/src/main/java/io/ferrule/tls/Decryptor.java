package io.ferrule.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** The receiving direction of a TLS connection once its handshake is done: ciphertext in, plaintext out. */
final class Decryptor {
    private final NativeConnection connection;
    private final RecordFraming framing;
    private boolean closeNotify;

    Decryptor(NativeConnection connection, RecordFraming framing) {
        this.connection = connection;
        this.framing = framing;
    }

    /** True once the peer has said that it sends no more. */
    boolean closeNotify() {
        return closeNotify;
    }

    /**
     * Decrypts the input whole; a record not yet complete stays in BoringSSL.
     *
     * @param in owned by this method from here on; has a memory address and at least one byte; its records are counted by
     *     the framing already
     * @param beganAtBoundary the input's first byte begins a record
     * @return plaintext, owned by the caller; null if the input completed none
     * @throws TlsEngineException for a record that is broken, forged or out of place; nothing of this input is returned
     */
    @Nullable
    ByteBuf decrypt(ChannelHandlerContext ctx, ByteBuf in, boolean beganAtBoundary, Runnable drainRing)
            throws TlsEngineException {
        // BoringSSL takes a record off the input before it writes the record's shorter plaintext, so the plaintext may
        // replace
        // the input, unless a record began in an earlier one: then it would overtake what is not read yet.
        boolean inPlace = beganAtBoundary && in.refCnt() == 1 && !in.isReadOnly();
        ByteBuf out = inPlace ? in : room(ctx, in);
        int begin = inPlace ? in.readerIndex() : 0;
        int room = inPlace ? in.readableBytes() : out.capacity();
        try {
            int bytes = readAll(in, out.memoryAddress() + begin, room, drainRing);
            out.setIndex(begin, begin + bytes);
        } catch (TlsEngineException | RuntimeException | Error e) { // the last if there is no memory for an alert
            if (!inPlace) {
                out.release();
            }
            in.release();
            throw e;
        } finally {
            connection.detach();
        }
        if (!inPlace) {
            in.release();
        }
        if (!out.isReadable()) {
            out.release();
            return null;
        }
        return out;
    }

    private ByteBuf room(ChannelHandlerContext ctx, ByteBuf in) {
        try {
            return ctx.alloc().directBuffer(Math.max(1, framing.plaintextBound()));
        } catch (RuntimeException | Error e) { // no memory, of which the input must not keep any
            in.release();
            throw e;
        }
    }

    private int readAll(ByteBuf in, long to, int room, Runnable drainRing) throws TlsEngineException {
        long from = in.memoryAddress() + in.readerIndex();
        int length = in.readableBytes();
        connection.source(from, length);
        int records = framing.completed();
        int bytes = 0;
        while (true) {
            int outcome = connection.read(to + bytes, room - bytes);
            if (outcome > 0) {
                bytes += outcome;
                if (--records == 0 && framing.atBoundary()) {
                    return bytes; // spares the call that would only say WANT_READ
                }
            } else if (outcome == NativeConnection.WANT_WRITE) {
                int left = connection.left();
                drainRing.run();
                connection.source(from + length - left, left);
            } else if (outcome == NativeConnection.WANT_READ) {
                return bytes;
            } else if (outcome == NativeConnection.CLOSE_NOTIFY) {
                closeNotify = true;
                return bytes;
            } else {
                throw new TlsEngineException(NativeConnection.takeError());
            }
        }
    }
}
