package io.ferrule.net;

import io.netty.channel.IoOps;
import io.netty.channel.uring.IoUringIoOps;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Reads and makes io_uring submissions; Netty lets others make them, but keeps what they contain to itself. */
final class UringOps {
    static final byte POLL_ADD = 6; // IORING_OP_POLL_ADD
    static final int POLLOUT = 0x04;

    private static final byte ASYNC_CANCEL = 14; // IORING_OP_ASYNC_CANCEL
    private static final byte CLOSE = 19; // IORING_OP_CLOSE
    private static final int POLL_ADD_MULTI = 1;

    private static final MethodHandle OPCODE = getter("opcode", byte.class);
    private static final MethodHandle DESCRIPTOR = getter("fd", int.class);
    private static final MethodHandle POLL_EVENTS = getter("union3", int.class);
    private static final MethodHandle DATA = getter("userData", long.class);

    private UringOps() {}

    static boolean isClose(IoOps ops) {
        return read(OPCODE, ops) == CLOSE;
    }

    static boolean isPollOut(IoOps ops) {
        return read(OPCODE, ops) == POLL_ADD && read(POLL_EVENTS, ops) == POLLOUT;
    }

    static int descriptor(IoOps ops) {
        return (int) read(DESCRIPTOR, ops);
    }

    static long data(IoOps ops) {
        return read(DATA, ops);
    }

    static IoOps multishotPollOut(int descriptor, long data) {
        return ops(POLL_ADD, descriptor, 0, POLL_ADD_MULTI, POLLOUT, data);
    }

    /** Cancels the submission with this id; its own completion means nothing to a channel. */
    static IoOps cancel(long id) {
        return ops(ASYNC_CANCEL, -1, id, 0, 0, 0);
    }

    private static IoOps ops(byte opcode, int descriptor, long address, int length, int opFlags, long data) {
        short none = 0;
        return new IoUringIoOps(
                opcode, (byte) 0, none, descriptor, 0, address, length, opFlags, data, none, none, 0, 0);
    }

    private static long read(MethodHandle getter, IoOps ops) {
        try {
            return (long) getter.invokeExact((IoUringIoOps) ops);
        } catch (Throwable e) { // as MethodHandle declares it; a getter throws nothing
            throw new LinkageError("Netty's IoUringIoOps is not as it was", e);
        }
    }

    private static MethodHandle getter(String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(IoUringIoOps.class, MethodHandles.lookup())
                    .findVirtual(IoUringIoOps.class, name, MethodType.methodType(type))
                    .asType(MethodType.methodType(long.class, IoUringIoOps.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Netty's IoUringIoOps has no " + name + " of type " + type + " any more", e);
        }
    }
}
