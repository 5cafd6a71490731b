package dev.messagecontact.recovery;

import static dev.messagecontact.directory.schema.Tables.COMMAND_REJECTION;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jooq.DSLContext;

/** Forgets old rejections. Contacts are never forgotten. */
public final class Pruning {

    private static final int ROWS_AT_A_TIME = 10_000;

    private final WorkerSettings settings;
    private final DSLContext database;

    /** @param database as a role that may delete, which the worker's need not */
    public Pruning(WorkerSettings settings, DSLContext database) {
        this.settings = settings;
        this.database = database;
    }

    /**
     * Deletes the rejections of commands that are older, some thousand at a time.
     *
     * @return how many
     * @throws OperatorException if the topic keeps its commands longer: a replay of them would need the rejections
     */
    public long olderThan(Duration kept, Instant now) {
        String topic = settings.topics().names().commands();
        try (Broker broker = new Broker(settings.kafka())) {
            Duration retention = broker.retentionOf(topic)
                    .orElseThrow(() -> new OperatorException(
                            "%s keeps its commands for ever, so their rejections are kept too".formatted(topic)));
            if (kept.compareTo(retention) < 0) {
                throw new OperatorException(
                        "REJECTIONS_KEPT must not be less than the retention of %s, %s".formatted(topic, retention));
            }
        }
        long deleted = 0;
        for (int some = ROWS_AT_A_TIME; some == ROWS_AT_A_TIME; ) {
            some = deleteSome(now.minus(kept));
            deleted += some;
        }
        return deleted;
    }

    private int deleteSome(Instant before) {
        var key = row(
                COMMAND_REJECTION.DIRECTORY_ID,
                COMMAND_REJECTION.CONTACT_ID,
                COMMAND_REJECTION.SOURCE_TOPIC,
                COMMAND_REJECTION.SOURCE_PARTITION,
                COMMAND_REJECTION.SOURCE_OFFSET);
        return database.deleteFrom(COMMAND_REJECTION)
                .where(key.in(select(
                                COMMAND_REJECTION.DIRECTORY_ID,
                                COMMAND_REJECTION.CONTACT_ID,
                                COMMAND_REJECTION.SOURCE_TOPIC,
                                COMMAND_REJECTION.SOURCE_PARTITION,
                                COMMAND_REJECTION.SOURCE_OFFSET)
                        .from(COMMAND_REJECTION)
                        .where(COMMAND_REJECTION.REJECTED_AT.lt(before.atOffset(ZoneOffset.UTC)))
                        .limit(ROWS_AT_A_TIME)))
                .execute();
    }
}
