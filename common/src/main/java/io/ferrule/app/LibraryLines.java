package io.ferrule.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.ferrule.stunnel.StunnelLog;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Brings what our own code and the libraries warn of into a log of stunnel's form. What they tell besides would be told twice, in
 * other words.
 */
final class LibraryLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final int ERR = 3;
    private static final int WARNING = 4;
    private static final int DEBUG = 7;

    /** What these warn of after a reload stands in the log already: a section's warnings come when it is read. */
    private static final List<Class<?>> TOLD_ALREADY = List.of(LiveConfig.class, Banner.class);

    private final StunnelLog log;

    private LibraryLines(StunnelLog log) {
        this.log = log;
    }

    /** From now on; unless the operator has a configuration of Logback's own, which then decides everything. */
    static void to(StunnelLog log) {
        if (ProgramLog.isOperators()) {
            return;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        TOLD_ALREADY.forEach(each -> context.getLogger(each).setLevel(Level.ERROR));
        LibraryLines lines = new LibraryLines(log);
        lines.setContext(context);
        lines.start();
        root.addAppender(lines);
    }

    @Override
    protected void append(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(event.getFormattedMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> text.append(' ').append(pair.key).append('=').append(pair.value));
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            text.append(": ").append(thrown.getClassName()).append(": ").append(thrown.getMessage());
        }
        log.log(event.getLevel().isGreaterOrEqual(Level.ERROR) ? ERR : WARNING, "ui", text.toString());
        if (thrown != null) {
            for (StackTraceElementProxy element : thrown.getStackTraceElementProxyArray()) {
                log.log(DEBUG, "ui", element.getSTEAsString());
            }
        }
    }
}
