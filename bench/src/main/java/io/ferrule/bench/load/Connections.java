package io.ferrule.bench.load;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Supplier;

/** The connections of one load to one endpoint; closing it ends those that are left, politely unless the load has failed. */
final class Connections implements AutoCloseable {
    private static final int AT_ONCE = 100;
    /** What the JVM and the rest of the benchmark open meanwhile. */
    private static final int OTHER_DESCRIPTORS = 100;

    private final Connector connector;
    private final Endpoint to;
    private final Duration patience;
    private final Progress progress;
    private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

    Connections(Connector connector, Endpoint to, Duration patience) {
        this.connector = connector;
        this.to = to;
        this.patience = patience;
        this.progress = new Progress(patience);
    }

    Endpoint to() {
        return to;
    }

    Progress progress() {
        return progress;
    }

    /** Opens one; a failure is the progress's. Any thread. */
    void connect(boolean resumes, Conversation conversation) {
        connector.connect(this, resumes, conversation);
    }

    /** Called before anything happens on a channel. */
    void add(Channel channel) {
        open.add(channel);
    }

    /** Opens so many, a hundred at a time because of listeners' backlogs; each of them has to make one step of progress. */
    void openAll(int count, String done, Supplier<? extends Conversation> conversation) throws IOException {
        requireDescriptors(count);
        for (int i = 0; i < count; i++) {
            if (i >= AT_ONCE) {
                progress.await(i - AT_ONCE + 1, done);
            }
            connect(false, conversation.get());
        }
        progress.await(count, done);
    }

    private void requireDescriptors(int count) throws IOException {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long needed = system.getOpenFileDescriptorCount() + count + OTHER_DESCRIPTORS;
            if (needed > system.getMaxFileDescriptorCount()) {
                throw new IOException(count + " connections to " + to + " need " + needed
                        + " open files, and this process may have " + system.getMaxFileDescriptorCount()
                        + "; raise the limit (ulimit -n)");
            }
        }
    }

    @Override
    public void close() {
        if (!progress.failed()) {
            open.forEach(Connections::finish);
            open.newCloseFuture().awaitUninterruptibly(patience.toMillis());
        }
        open.close().awaitUninterruptibly();
    }

    private static void finish(Channel channel) {
        channel.eventLoop().execute(() -> {
            ChannelHandlerContext ctx = channel.pipeline().context(Conversation.class);
            if (ctx != null) {
                ((Conversation) ctx.handler()).finish(ctx);
            }
        });
    }
}
