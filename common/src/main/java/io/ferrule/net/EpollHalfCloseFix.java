package io.ferrule.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, kept from losing sockets that wait for nothing for a moment.
 *
 * <p>Since netty#16689, {@code EpollIoHandler.DefaultEpollIoRegistration.submit(NONE)} takes the descriptor out of the epoll
 * set (EPOLL_CTL_DEL) but leaves its state at {@code Added}; the next submit is then an EPOLL_CTL_MOD, which fails with
 * ENOENT and kills the channel. A half-closed connection gets there: EPOLLRDHUP was delivered and switched off, EPOLLIN is
 * off because its reader is paused or its input has ended, and next it wants EPOLLOUT. Read in 4.2.18; the bytecode of 4.2.20
 * has the same branch.
 *
 * <p>The way round: never submit an empty mask for a descriptor in the set, but EPOLLET alone. It asks for no event, so the
 * two that the kernel always reports, EPOLLERR and EPOLLHUP (epoll_ctl(2)), come once each time they happen instead of being
 * repeated for ever, which is what the EPOLL_CTL_DEL was to prevent; and a reset is noticed while nobody reads.
 */
final class EpollHalfCloseFix extends ForwardingIoHandler {
    private EpollHalfCloseFix(IoHandler epoll) {
        super(epoll);
    }

    static IoHandlerFactory factory() {
        return wrapping(EpollIoHandler.newFactory(), EpollHalfCloseFix::new);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new NeverEmpty(io.register(handle));
    }

    /** Used by the event loop alone; only {@link #cancel} and {@link #isValid} may be called from elsewhere. */
    private static final class NeverEmpty implements IoRegistration {
        private final IoRegistration registration;
        private boolean added;

        NeverEmpty(IoRegistration registration) {
            this.registration = registration;
        }

        @Override
        public long submit(IoOps ops) {
            if (ops.equals(EpollIoOps.NONE)) {
                // Not in the set yet: leave it out, an unconnected socket would report EPOLLHUP at once.
                return added ? registration.submit(EpollIoOps.EPOLLET) : registration.submit(ops);
            }
            long submitted = registration.submit(ops);
            added = true;
            return submitted;
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
