package dev.messagecontact.recovery;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.EARLY_CONFIRMATION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.database.NetworkTimeout;
import dev.messagecontact.directory.SourceColumns;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.progress.Receipts;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** Forgets decisions of long ago: what was refused, or done with a contact. Contacts are never forgotten. */
public final class Pruning {

    private static final int ROWS_AT_A_TIME = 10_000;
    private static final long MILLIS_OF_THE_YEAR_9999 =
            Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

    private final WorkerSettings settings;
    private final DSLContext database;

    /** @param database as a role that may delete, which the worker's need not */
    public Pruning(WorkerSettings settings, DSLContext database) {
        this.settings = settings;
        this.database = database;
    }

    /**
     * Deletes the decisions about commands that are older and that the topic no longer has, some thousand at a time. A topic
     * keeps a command as long as its segment has younger ones: so the offsets say what it has, not the retention.
     *
     * @throws OperatorException if the database is not that of workers on these topics
     */
    public Pruned olderThan(Duration kept, Instant now) {
        OffsetDateTime before = now.minus(kept).atOffset(ZoneOffset.UTC);
        Available available = available();
        long rejections = all(() -> delete(COMMAND_REJECTION, COMMAND_REJECTION.REJECTED_AT.lt(before), available));
        long refusals = all(() -> delete(FIELD_REFUSAL, FIELD_REFUSAL.REFUSED_AT.lt(before), available));
        long actions = all(() -> delete(CONTACT_ACTION, CONTACT_ACTION.DECIDED_AT.lt(before), available));
        OffsetDateTime gone = Instant.ofEpochMilli(available.firstTime()).atOffset(ZoneOffset.UTC);
        long early = all(() -> delete(
                EARLY_CONFIRMATION,
                EARLY_CONFIRMATION.CONFIRMED_AT.lt(before).and(EARLY_CONFIRMATION.CONFIRMED_AT.lt(gone))));
        return new Pruned(rejections, refusals, actions, early);
    }

    /**
     * How many decisions were deleted.
     *
     * @param rejections by the state of a directory, such as a name that was used already
     * @param refusals by field rules
     * @param changes of contacts: sent again, verified or deleted, or why not
     * @param earlyConfirmations of verifications that never came
     */
    public record Pruned(long rejections, long refusals, long changes, long earlyConfirmations) {

        /** The number of all that were deleted. */
        public long total() {
            return rejections + refusals + changes + earlyConfirmations;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,d decisions deleted: %,d rejections, %,d refusals by field rules, %,d changes of contacts, "
                            + "%,d early confirmations",
                    total(),
                    rejections,
                    refusals,
                    changes,
                    earlyConfirmations);
        }
    }

    private Available available() {
        try (Broker broker = new Broker(settings.kafka())) {
            List<String> taken = settings.topics().names().taken();
            Set<UUID> settled = Receipts.topics(database);
            requireThoseOfTheDatabase(settled, taken.stream().map(broker::idOf).collect(Collectors.toSet()));
            Set<String> topics = new HashSet<>(taken);
            topics.addAll(broker.namesOf(settled)); // others may have been set since, or by mistake
            Map<UUID, Map<TopicPartition, Offsets>> offsets = new HashMap<>();
            topics.forEach(
                    topic -> offsets.put(broker.idOf(topic), broker.offsetsOf(topic, IsolationLevel.READ_UNCOMMITTED)));
            return new Available(offsets);
        }
    }

    /** Other brokers have none of the commands, and every decision would look as if its command were gone. */
    private void requireThoseOfTheDatabase(Set<UUID> settled, Set<UUID> topicIds) {
        if (!settled.isEmpty() && Collections.disjoint(settled, topicIds)) {
            throw new OperatorException(
                    "the database knows nothing of the topics %s at %s, only of others: are these the brokers of its workers?"
                            .formatted(
                                    String.join(
                                            " and ", settings.topics().names().taken()),
                                    settings.kafka().bootstrapServers()));
        }
    }

    private static long all(IntSupplier deletion) {
        long deleted = 0;
        for (int some = ROWS_AT_A_TIME; some == ROWS_AT_A_TIME; ) {
            some = deletion.getAsInt();
            deleted += some;
        }
        return deleted;
    }

    private int delete(Table<?> table, Condition isOld, Available available) {
        return delete(table, isOld.andNot(available.has(SourceColumns.of(table))));
    }

    private int delete(Table<?> table, Condition condition) {
        Field<?>[] key = Objects.requireNonNull(table.getPrimaryKey()).getFieldsArray();
        // No index has the dates: the last time it reads all rows.
        return NetworkTimeout.lifted(
                database,
                connection -> connection.transactionResult(tx -> {
                    tx.dsl().execute("set local statement_timeout = 0");
                    return tx.dsl()
                            .deleteFrom(table)
                            .where(row(key).in(select(key)
                                    .from(table)
                                    .where(condition)
                                    .limit(ROWS_AT_A_TIME)))
                            .execute();
                }));
    }

    /** The commands that the topics still have, by the topic's id. */
    private record Available(Map<UUID, Map<TopicPartition, Offsets>> offsets) {

        /** The timestamp of the oldest of them, in milliseconds since 1970 UTC; far in the future if there is none. */
        long firstTime() {
            return offsets.values().stream()
                    .flatMap(ofTopic -> ofTopic.values().stream())
                    .mapToLong(Offsets::firstTime)
                    .filter(time -> time != Offsets.ANY_TIME)
                    .min()
                    .orElse(MILLIS_OF_THE_YEAR_9999);
        }

        /** Whether the source of a row is among them. */
        Condition has(SourceColumns source) {
            Condition isThere = DSL.falseCondition();
            for (Map.Entry<UUID, Map<TopicPartition, Offsets>> ofTopic : offsets.entrySet()) {
                for (Map.Entry<TopicPartition, Offsets> each :
                        ofTopic.getValue().entrySet()) {
                    isThere = isThere.or(source.topic()
                            .eq(ofTopic.getKey())
                            .and(source.partition().eq(each.getKey().partition()))
                            .and(source.offset().ge(each.getValue().begin())));
                }
            }
            return isThere;
        }
    }
}
