package dev.messagecontact.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * What one class logs in this test's thread and in those that it starts, from now until it is closed: tests beside this one
 * log, too. From now on no line is left out in this JVM for being one of many.
 */
public final class LogLines implements AutoCloseable {

    /** The JVM's levels of logging: who changes them has them for itself. */
    public static final String LEVELS = "log levels";

    /** The test's own thread, in it and in all that descend from it. */
    private static final InheritableThreadLocal<Thread> TEST = new InheritableThreadLocal<>();

    private final Logger logger;
    private final Thread test = Thread.currentThread();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (TEST.get() == test) {
                lines.add(event.getFormattedMessage());
            }
        }
    };

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    /** What this thread starts from now on belongs to its test, whoever has started this thread. */
    static void belongHere() {
        TEST.set(Thread.currentThread());
    }

    public static LogLines of(String loggerName) {
        belongHere();
        LogLines lines = new LogLines((Logger) LoggerFactory.getLogger(loggerName));
        lines.logger.getLoggerContext().getTurboFilterList().clear();
        lines.appender.start();
        lines.logger.addAppender(lines.appender);
        return lines;
    }

    /** How many lines contain all of these parts. */
    public long count(String... parts) {
        return lines.stream()
                .filter(line -> List.of(parts).stream().allMatch(line::contains))
                .count();
    }

    /** Waits for a line that contains all of these parts. */
    public void await(String... parts) {
        Waiting.await("a line with " + List.of(parts)).until(() -> count(parts) > 0);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
