/**
 * The transports: which of io_uring, epoll, kqueue and NIO is used, its channels and socket options, and the listener. It
 * may use config. It knows nothing of tunnels.
 */
@NullMarked
package io.ferrule.net;

import org.jspecify.annotations.NullMarked;
