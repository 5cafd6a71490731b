package dev.messagecontact.workshop.embedded;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/** Silences what the embedded servers log without need. The product's logback.xml knows nothing of them. */
final class ServerLogs {

    private static final Map<String, Level> LEVELS = Map.of(
            // The broker warns that it becomes the controller.
            "org.apache.kafka.controller.QuorumController", Level.ERROR,
            // Many clients that ask for an internal topic at once: one makes it, the broker warns for each of the
            // others.
            "org.apache.kafka.server.DefaultAutoTopicCreationManager", Level.ERROR,
            // PostgreSQL's failures come as exceptions.
            "io.zonky.test", Level.OFF);

    private ServerLogs() {}

    /** Does it, for this JVM; any thread may call it, as often as it likes. */
    static void quieten() {
        // While another thread sets logging up, SLF4J gives stand-ins.
        while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
            LockSupport.parkNanos(1_000_000);
        }
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        LEVELS.forEach((name, level) -> loggers.getLogger(name).setLevel(level));
    }
}
