package io.ferrule.backend;

import java.io.IOException;

/** A target could not be reached; one sentence names every address tried and why. It carries no stack trace. */
public final class ConnectFailed extends IOException {
    private final boolean timedOut;

    ConnectFailed(String message, boolean timedOut) {
        super(message);
        this.timedOut = timedOut;
    }

    /** True if an address, or the name service, did not answer in time; false if all of them answered with a refusal. */
    public boolean timedOut() {
        return timedOut;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
