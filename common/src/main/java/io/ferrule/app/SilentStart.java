package io.ferrule.app;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Keeps Logback from setting up a console, some 20 ms of a start, where a program is about to say itself what is logged.
 * Logback finds it by {@code META-INF/services}; elsewhere, as in tests, it changes nothing.
 */
public final class SilentStart extends ContextAwareBase implements Configurator {
    /** The system property by which {@link ProgramLog} says that it is about to. */
    static final String ASKED = "io.ferrule.log.silent-start";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        return Boolean.getBoolean(ASKED) ? ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY : ExecutionStatus.NEUTRAL;
    }
}
