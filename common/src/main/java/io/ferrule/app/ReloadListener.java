package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;

/** Hears of reloads, on the thread that they run on. */
interface ReloadListener {
    /** Nobody hears of them. */
    ReloadListener NONE = new ReloadListener() {};

    /** One begins; {@link #ended} follows. */
    default void began() {}

    /** This config is in force from now on. */
    default void applied(ProcessConfig config) {}

    /**
     * One is refused; {@link #ended} follows.
     *
     * @return true if the operator has been told why; else the log does
     */
    default boolean refused(OperatorException why) {
        return false;
    }

    /**
     * One is over.
     *
     * @param failure why it changed nothing, one line; empty if it succeeded
     */
    default void ended(String failure) {}
}
