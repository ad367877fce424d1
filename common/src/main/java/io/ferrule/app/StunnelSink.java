package io.ferrule.app;

import io.ferrule.stunnel.LogLine;
import java.io.IOException;

/** A place that stunnel's lines go to. Used by one thread at a time, which may be kept waiting. */
interface StunnelSink {
    void write(LogLine line) throws IOException;

    /** What has been written goes on its way. */
    void flush() throws IOException;

    /**
     * Begins anew at the same place, for those who have moved what was there away.
     *
     * @throws IOException if that cannot be; lines go on where they went before
     */
    default void reopen() throws IOException {}

    void close();
}
