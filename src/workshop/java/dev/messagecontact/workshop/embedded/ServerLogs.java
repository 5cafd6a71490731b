package dev.messagecontact.workshop.embedded;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
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
        LEVELS.forEach((name, level) -> ((Logger) LoggerFactory.getLogger(name)).setLevel(level));
    }
}
