package dev.messagecontact.cli.line;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.messagecontact.ops.log.EcsEncoder;
import dev.messagecontact.settings.LogFormat;
import dev.messagecontact.settings.LogSettings;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Sets up the log of this process. */
public final class Logging {

    private static final List<String> LIBRARIES = List.of("org.apache.kafka", "org.flywaydb", "org.postgresql");

    private Logging() {}

    /** Logs from now on as the settings say; levels of single loggers in {@code logback.xml} stay. */
    public static void apply(LogSettings settings) {
        Logger root = context().getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(settings.level().name()));
        if (settings.format() == LogFormat.JSON) {
            root.iteratorForAppenders().forEachRemaining(appender -> {
                if (appender instanceof OutputStreamAppender<ILoggingEvent> writing) {
                    writeJson(writing, settings.instance());
                }
            });
        }
    }

    /** Turns the libraries' warnings off, for commands that report failures themselves. */
    static void silenceLibraries() {
        LIBRARIES.forEach(name -> context().getLogger(name).setLevel(Level.OFF));
    }

    private static void writeJson(OutputStreamAppender<ILoggingEvent> appender, String instance) {
        EcsEncoder encoder = new EcsEncoder(instance);
        encoder.setContext(context());
        encoder.start();
        appender.setEncoder(encoder);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
