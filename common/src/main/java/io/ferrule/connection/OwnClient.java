package io.ferrule.connection;

import java.net.SocketAddress;

/** In place of an address: a client that did not come from anywhere, because this process has it from its start or starts it itself. */
public final class OwnClient extends SocketAddress {
    /** Whoever started this process, at the other end of its standard input and output. */
    public static final OwnClient STARTER = new OwnClient(0);

    private static final long serialVersionUID = 1L;

    private final long pid;

    private OwnClient(long pid) {
        this.pid = pid;
    }

    /** A program that this process has started. */
    public static OwnClient program(long pid) {
        return new OwnClient(pid);
    }

    /** True if it is a program that this process has started. */
    public boolean isProgram() {
        return pid != 0;
    }

    /** The program's number; 0 if it is none. */
    public long pid() {
        return pid;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OwnClient own && own.pid == pid;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(pid);
    }

    @Override
    public String toString() {
        return isProgram() ? "program " + pid : "standard input and output";
    }
}
