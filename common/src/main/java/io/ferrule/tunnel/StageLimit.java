package io.ferrule.tunnel;

import io.ferrule.connection.ConnectionFailure;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How long the stage of a connection that is going on may take; one at a time. On the connection's event loop. */
final class StageLimit {
    private final EventLoop loop;
    private final Consumer<ConnectionFailure> failed;

    private @Nullable Future<?> deadline;

    /**
     * None is set yet.
     *
     * @param failed told when a limit has passed
     */
    StageLimit(EventLoop loop, Consumer<ConnectionFailure> failed) {
        this.loop = loop;
        this.failed = failed;
    }

    /**
     * Begins now.
     *
     * @param limit at once if it is none or less
     */
    void set(Duration limit, ConnectionFailure failure) {
        lift();
        deadline = loop.schedule(() -> failed.accept(failure), Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** The stage is over. */
    void lift() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
