package io.ferrule.ident;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.nio.charset.StandardCharsets;

/**
 * Asks one question of the machine that a client comes from (RFC 1413 §3), once it is connected to, and reads one line of at most
 * {@value #MOST_BYTES} bytes. Who asks closes the channel. On its event loop.
 */
public final class IdentQuery extends ChannelInboundHandlerAdapter {
    /** Where machines are asked (RFC 1413 §3). */
    public static final int PORT = 113;

    private static final String ENDED = "s_read: Unexpected socket close";

    static final int MOST_BYTES = 1000; // RFC 1413 §4: a line has no more

    /** Hears what becomes of it. */
    public interface Asker {
        /** It is asked now, so. */
        void asked(Channel server, String question);

        /** The answer, as it came; may hold anything. Only once, and not together with {@link #failed}. */
        void answered(Channel server, String line);

        /** There is no answer; in stunnel's words, which log watchers look for. */
        void failed(Channel server, String why);
    }

    private final int clientPort;
    private final int ownPort;
    private final Asker asker;
    private final StringBuilder line = new StringBuilder();
    private boolean over;

    /**
     * About one connection.
     *
     * @param clientPort of the machine that is asked
     * @param ownPort of this one
     */
    public IdentQuery(int clientPort, int ownPort, Asker asker) {
        this.clientPort = clientPort;
        this.ownPort = ownPort;
        this.asker = asker;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        String question = clientPort + " , " + ownPort;
        asker.asked(ctx.channel(), question);
        ctx.writeAndFlush(Unpooled.copiedBuffer(question + "\r\n", StandardCharsets.US_ASCII), ctx.voidPromise());
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            while (!over && bytes.isReadable()) {
                char c = (char) bytes.readUnsignedByte();
                if (c == '\n') {
                    end();
                    asker.answered(ctx.channel(), line.toString().replace("\r", ""));
                } else if (line.length() == MOST_BYTES) {
                    fail(ctx, "fd_getline: Line too long");
                } else {
                    line.append(c);
                }
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!over) {
            ctx.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, ENDED);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete) {
            fail(ctx, ENDED);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, String.valueOf(cause.getMessage()));
    }

    private void end() {
        over = true;
    }

    private void fail(ChannelHandlerContext ctx, String why) {
        if (!over) {
            end();
            asker.failed(ctx.channel(), why);
        }
    }
}
