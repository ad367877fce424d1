package io.ferrule.bench.contender;

import java.io.IOException;

/** A tunnel that can be started in front of Redis. */
public interface Contender {
    /** Its name in tables and in {@code --contenders}. */
    String name();

    /** What it says of its version, on one line. */
    String version() throws IOException;

    /** How it is configured, for the reader who asks whether that is fair: one sentence. */
    String settings();

    /** Whether it gets faster while it runs. */
    default boolean isJvm() {
        return false;
    }

    default boolean supports(Setup setup) {
        return true;
    }

    /** Starts it and returns at once; {@link Running#await} waits until it serves. The caller closes it. */
    Running start(Site site, Setup setup) throws IOException;
}
