package io.ferrule.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops accepting for a second where the process has run out of something (accept(2): EMFILE, ENFILE, ENOMEM, ENOBUFS), and
 * tells so. Connections wait in the kernel's queue meanwhile. {@code ServerBootstrapAcceptor} pauses too, but for any error
 * and with a stack trace; this handler stands before it and lets nothing through.
 */
final class AcceptPause extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);

    private static final long PAUSE_MILLIS = 1000;

    /** Other errors are of the one connection in hand (accept(2), "Error handling"), but must not become a spin either. */
    private static final long BREATH_MILLIS = 10;

    private final Consumer<String> paused;

    private final Runnable resume;

    /**
     * For one listening channel.
     *
     * @param wanted whether connections are wanted at all when the pause is over
     */
    AcceptPause(Channel server, BooleanSupplier wanted, Consumer<String> paused) {
        this.paused = paused;
        this.resume = () -> {
            if (wanted.getAsBoolean()) {
                server.config().setAutoRead(true);
            }
        };
        // With no descriptor left a class may fail to load, and then for good (netty#1328, JVMS §5.4.3): load them now.
        LOG.atDebug()
                .addKeyValue("resource", exhausted(new IOException("Too many open files")))
                .log("accepting will pause when this runs out");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!ctx.channel().config().isAutoRead()) {
            return; // a pause has begun already
        }
        ctx.channel().config().setAutoRead(false);
        String resource = exhausted(cause);
        var unused =
                ctx.executor().schedule(resume, resource == null ? BREATH_MILLIS : PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        if (resource == null) {
            LOG.atDebug().addKeyValue("cause", cause.toString()).log("a connection was gone before it was accepted");
        } else {
            paused.accept(resource);
        }
    }

    private static @Nullable String exhausted(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            return "memory";
        }
        Errno errno = Errno.of(cause);
        return errno == null
                ? null
                : switch (errno) {
                    case EMFILE -> "file descriptors";
                    case ENFILE -> "file descriptors of the whole system";
                    case ENOMEM, ENOBUFS -> "memory";
                    default -> null;
                };
    }
}
