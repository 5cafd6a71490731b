package dev.messagecontact.recovery;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.EARLY_CONFIRMATION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;

import dev.messagecontact.database.NetworkTimeout;
import dev.messagecontact.directory.SourceColumns;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.Receipts;
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
import java.util.stream.Collectors;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** Forgets decisions of long ago: what was refused, or done with a contact. Contacts are never forgotten. */
public final class Pruning {

    /** Some 10,000 rows, which one transaction deletes. */
    private static final int PAGES_AT_A_TIME = 128;

    private static final long MILLIS_OF_THE_YEAR_9999 =
            Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Progress progress;

    /** @param database as a role that may delete, which the worker's need not */
    public Pruning(WorkerSettings settings, DSLContext database, Progress progress) {
        this.settings = settings;
        this.database = database;
        this.progress = progress;
    }

    /**
     * Deletes the decisions about commands that are older and that the topic no longer has, some thousand in a transaction. A topic
     * keeps a command as long as its segment has younger ones: so the offsets say what it has, not the retention.
     *
     * @throws OperatorException if the database is not that of workers on these topics
     */
    public Pruned olderThan(Duration kept, Instant now) {
        OffsetDateTime before = now.minus(kept).atOffset(ZoneOffset.UTC);
        Available available = available();
        long rejections = delete(COMMAND_REJECTION, COMMAND_REJECTION.REJECTED_AT.lt(before), available);
        long refusals = delete(FIELD_REFUSAL, FIELD_REFUSAL.REFUSED_AT.lt(before), available);
        long actions = delete(CONTACT_ACTION, CONTACT_ACTION.DECIDED_AT.lt(before), available);
        OffsetDateTime gone = Instant.ofEpochMilli(available.firstTime()).atOffset(ZoneOffset.UTC);
        long early = delete(
                EARLY_CONFIRMATION,
                EARLY_CONFIRMATION.CONFIRMED_AT.lt(before).and(EARLY_CONFIRMATION.CONFIRMED_AT.lt(gone)));
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

    private long delete(Table<?> table, Condition isOld, Available available) {
        return delete(table, isOld.andNot(available.has(SourceColumns.of(table))));
    }

    /** No index has the dates, so it goes through the table's pages, each of them once. */
    private long delete(Table<?> table, Condition condition) {
        long pages = pages(table);
        long deleted = 0;
        for (long page = 0; page < pages; page += PAGES_AT_A_TIME) {
            progress.at(Progress.Step.PAGES, page, pages);
            deleted += delete(table, condition, page);
        }
        return deleted;
    }

    private int delete(Table<?> table, Condition condition, long page) {
        Condition isInPages = DSL.condition(
                "ctid >= cast({0} as tid) and ctid < cast({1} as tid)",
                DSL.val("(%d,0)".formatted(page)), DSL.val("(%d,0)".formatted(page + PAGES_AT_A_TIME)));
        return NetworkTimeout.lifted(
                database,
                connection -> connection.transactionResult(tx -> {
                    tx.dsl().execute("set local statement_timeout = 0"); // a locked row may be waited for
                    return tx.dsl()
                            .deleteFrom(table)
                            .where(isInPages)
                            .and(condition)
                            .execute();
                }));
    }

    /** How many pages the table has; if it is split into parts, the largest of them. */
    private long pages(Table<?> table) {
        return Objects.requireNonNull(
                database.resultQuery("""
                        select max(pg_relation_size(part) / current_setting('block_size')::bigint) from (
                          select cast({0} as regclass) as part union all select relid from pg_partition_tree({0})) as parts""", DSL.inline(table.getName())).fetchOne(0, Long.class));
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
