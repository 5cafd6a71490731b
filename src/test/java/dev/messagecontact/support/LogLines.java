package dev.messagecontact.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.TurboFilterList;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What one class logs in this JVM, from now until it is closed; no line is left out for being one of many meanwhile. */
public final class LogLines implements AutoCloseable {

    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };

    private final TurboFilterList filters;
    private final List<TurboFilter> removed;

    private LogLines(Logger logger) {
        this.logger = logger;
        this.filters = logger.getLoggerContext().getTurboFilterList();
        this.removed = List.copyOf(filters);
    }

    public static LogLines of(String loggerName) {
        LogLines lines = new LogLines((Logger) LoggerFactory.getLogger(loggerName));
        lines.filters.clear();
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
        filters.addAll(removed);
    }
}
