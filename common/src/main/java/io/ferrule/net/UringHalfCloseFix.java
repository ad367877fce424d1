package io.ferrule.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandler;

/**
 * Netty's io_uring, kept from stalling a connection whose peer has finished sending and reads slowly.
 *
 * <p>The kernel adds POLLRDHUP to what every IORING_OP_POLL_ADD asks for (IO_POLL_UNMASK in io_uring/poll.c), so after the
 * peer's FIN a one-shot poll for POLLOUT completes at once with POLLRDHUP alone. Netty knows a poll by its result only
 * (AbstractIoUringChannel.pollAddComplete, 4.2.18): it takes that for its poll for POLLRDHUP, thinks the poll for POLLOUT
 * still under way, and never writes again. {@link UringPollOut} is the way round.
 */
final class UringHalfCloseFix extends ForwardingIoHandler {
    private UringHalfCloseFix(IoHandler uring) {
        super(uring);
    }

    static IoHandlerFactory factory() {
        return wrapping(IoUringIoHandler.newFactory(), UringHalfCloseFix::new);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        UringPollOut pollOut = new UringPollOut(handle);
        return new Observed(io.register(pollOut), pollOut);
    }

    /** Shows what a channel submits to its {@link UringPollOut}. */
    private record Observed(IoRegistration registration, UringPollOut pollOut) implements IoRegistration {
        @Override
        public long submit(IoOps ops) {
            return pollOut.submit(registration, ops);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
