package io.ferrule.net;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;

/** Says in one sentence why an address cannot be listened on, and what to do. */
final class BindFailure {
    private BindFailure() {}

    static OperatorException of(Address address, Throwable cause) {
        if (cause instanceof OperatorException already) {
            return already;
        }
        OperatorException failure =
                new OperatorException("", "cannot listen on " + address + ": " + why(address, cause));
        failure.initCause(cause); // for whoever has other words for it
        return failure;
    }

    private static String why(Address address, Throwable cause) {
        SocketOptionException option = SocketOptionException.in(cause);
        if (option != null) {
            return "the socket option cannot be set: " + option.getMessage();
        }
        Errno errno = Errno.of(cause);
        if (errno == null) {
            return String.valueOf(cause.getMessage());
        }
        return switch (errno) {
            case EADDRINUSE ->
                address instanceof Address.Tcp tcp
                        ? "the port is in use by another process; choose another address or stop that process"
                                + " (ss -tanp 'sport = :" + tcp.port() + "' shows it)"
                        : address instanceof Address.Unix unix && unix.isAbstract()
                                ? "another process of this container has it (ss -lxp shows it), and only one can"
                                : "the path is in use";
            case EACCES ->
                address instanceof Address.Tcp
                        ? "permission denied; ports below 1024 need the capability CAP_NET_BIND_SERVICE"
                                + " (AmbientCapabilities= in a systemd unit), or choose a higher port"
                        : "permission denied; this user needs the right to write in the socket's directory";
            case EADDRNOTAVAIL ->
                "this machine has no such address (ip address shows those it has); use one of them, or"
                        + " 0.0.0.0 for all";
            default -> errno.words();
        };
    }
}
