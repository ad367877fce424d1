package io.ferrule.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One channel's wait for POLLOUT, which ends when the socket is writable and not before.
 *
 * <p>When the channel's own one-shot poll ends with POLLRDHUP alone, a multishot one takes its place: it reports POLLRDHUP
 * once, stays armed, and reports POLLOUT when the kernel has room. It has the same data and so the same id, so that a cancel
 * by the channel meets it. The channel is told of POLLOUT alone, for that is all it asked this poll for; and also when the
 * poll fails or is cancelled, which Netty would not recognise either (no bit of -ECANCELED is POLLOUT's): it then writes,
 * which shows a socket's error, and does nothing on a closing channel.
 *
 * <p>Used by the event loop alone.
 */
final class UringPollOut implements IoUringIoHandle {
    /** What a poll may report that makes a write worth trying: POLLOUT, POLLERR, POLLHUP and POLLNVAL of poll(2). */
    private static final int WORTH_A_WRITE = UringOps.POLLOUT | 0x08 | 0x10 | 0x20;

    private static final int CQE_F_MORE = 1 << 1;

    private final IoUringIoHandle channel;
    private final Set<Long> retired = new HashSet<>(0);
    private @Nullable Wait wait;
    private boolean closing;

    UringPollOut(IoHandle channel) {
        this.channel = (IoUringIoHandle) channel;
    }

    long submit(IoRegistration registration, IoOps ops) {
        if (UringOps.isClose(ops)) {
            closing = true;
            // A poll holds on to the socket: left behind, it keeps the peer from seeing it closed. Netty cancels it
            // when it
            // is asked to close, which may be before the multishot poll, or a last write, has begun to wait.
            if (wait != null) {
                registration.submit(UringOps.cancel(wait.id));
            }
        }
        long id = registration.submit(ops);
        if (id != 0 && UringOps.isPollOut(ops)) {
            wait = new Wait(UringOps.descriptor(ops), UringOps.data(ops), id);
        }
        return id;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        IoUringIoEvent completion = (IoUringIoEvent) event;
        if (completion.opcode() != UringOps.POLL_ADD) {
            channel.handle(registration, event);
            return;
        }
        boolean more = (completion.flags() & CQE_F_MORE) != 0;
        if (retired.contains(completion.userData())) {
            if (!more) {
                retired.remove(completion.userData());
            }
        } else if (wait != null && wait.data == completion.userData()) {
            pollOutReported(registration, wait, completion.res(), more);
        } else {
            channel.handle(registration, event);
        }
    }

    private void pollOutReported(IoRegistration registration, Wait current, int result, boolean more) {
        if (result < 0 || (result & WORTH_A_WRITE) != 0 || closing) {
            wait = null;
            if (more) {
                retired.add(current.data);
                registration.submit(UringOps.cancel(current.id));
            }
            channel.handle(registration, new IoUringIoEvent(UringOps.POLLOUT, 0, UringOps.POLL_ADD, current.data));
        } else if (!more) {
            long id = registration.submit(UringOps.multishotPollOut(current.descriptor, current.data));
            wait = new Wait(current.descriptor, current.data, id);
        }
    }

    @Override
    public void registered() {
        channel.registered();
    }

    @Override
    public void unregistered() {
        channel.unregistered();
    }

    @Override
    public void close() throws Exception {
        channel.close();
    }

    private record Wait(int descriptor, long data, long id) {}
}
