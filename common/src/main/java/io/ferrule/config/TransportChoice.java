package io.ferrule.config;

/** How the process talks to the kernel's sockets. */
public enum TransportChoice {
    /** The best that works on this machine. */
    AUTO,
    /** Linux io_uring. */
    IO_URING,
    /** Linux epoll. */
    EPOLL,
    /** macOS and BSD kqueue. */
    KQUEUE,
    /** The Java runtime's own, everywhere. */
    NIO
}
