package io.ferrule.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import io.ferrule.config.LogFormat;
import java.io.OutputStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * What a program logs and how. Set up by code, so that no start reads XML, unless the operator names a file of their own
 * with {@code -Dlogback.configurationFile}: that one then decides everything.
 */
final class ProgramLog {
    private static final String OWN_FILE = "logback.configurationFile";
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(1);

    private final Optional<LogWriter> writer;

    /** What is as grave as this is logged from now on, and what is graver. */
    void level(String level) {
        if (writer.isPresent()) {
            setLevel(context(), level);
        }
    }

    private static void setLevel(LoggerContext context, String level) {
        Level ours = Level.toLevel(level, Level.INFO);
        context.getLogger("io.ferrule").setLevel(ours);
        root(context).setLevel(ours.isGreaterOrEqual(Level.WARN) ? ours : Level.WARN);
    }

    private ProgramLog(Optional<LogWriter> writer) {
        this.writer = writer;
    }

    /** Nothing is logged: for commands whose answer is all that should be seen. */
    static void silence() {
        if (!isOperators()) {
            System.setProperty(SilentStart.ASKED, "true");
            root(context()).setLevel(Level.OFF);
        }
    }

    /** True if a file of the operator's own says how it is logged. */
    static boolean isOperators() {
        return System.getProperty(OWN_FILE) != null;
    }

    /**
     * Logs from now on.
     *
     * @param level of our own loggers; libraries are heard from WARN on
     * @param colours colour the text format
     */
    static ProgramLog open(LogFormat format, String level, boolean colours, OutputStream out) {
        if (isOperators()) {
            return new ProgramLog(Optional.empty());
        }
        LoggerContext context = context();
        context.reset();
        setLevel(context, level);
        Logger own = context.getLogger("io.ferrule");
        LogWriter writer = new LogWriter(own, encoder(context, format, colours), out);
        writer.setContext(context);
        writer.start();
        root(context).addAppender(writer);
        return new ProgramLog(Optional.of(writer));
    }

    /** Writes what waits, but no longer than a second: the reader may have stopped. */
    void close() {
        writer.ifPresentOrElse(w -> w.finish(FINISH_LIMIT), () -> context().stop());
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format, boolean colours) {
        Encoder<ILoggingEvent> encoder =
                switch (format) {
                    case TEXT -> new TextLines(ZoneId.systemDefault(), colours);
                    case JSON -> new JsonLines();
                };
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static Logger root(LoggerContext context) {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
