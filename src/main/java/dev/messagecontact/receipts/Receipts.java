package dev.messagecontact.receipts;

import static dev.messagecontact.database.schema.Tables.BATCH_RECEIPT;
import static dev.messagecontact.database.schema.Tables.PARTITION_PROGRESS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.update;

import dev.messagecontact.database.batch.ArrayRows;
import dev.messagecontact.database.batch.BatchStatement;
import dev.messagecontact.fault.ReceiptMismatchException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * How far the partitions of the topics with commands are settled, and how far their events are known to be published. PostgreSQL
 * commits before Kafka, so the last receipt of a partition never ends before the group's committed offset, unless this
 * database has lost something or a tool has moved the group forward.
 */
public final class Receipts {

    private static final Field<String> SERVER = field(
                    "concat(extract(epoch from pg_postmaster_start_time()), ' ', (select oid from pg_database where datname = current_database()))",
                    SQLDataType.VARCHAR)
            .as("server");

    /**
     * The column {@code from_offset} is named for receipts without open offsets: it holds how many offsets the receipt before
     * has settled, which is the offset where this one begins if none was open.
     */
    private static final ArrayRows<Receipt> ROWS = new ArrayRows<Receipt>()
            .column(BATCH_RECEIPT.TOPIC_ID, Receipt::topicId)
            .column(BATCH_RECEIPT.PARTITION, Receipt::partition)
            .column(BATCH_RECEIPT.FROM_OFFSET, Receipt::settledBefore)
            .column(BATCH_RECEIPT.SETTLED_OFFSET, receipt -> receipt.settled().upTo())
            .column(BATCH_RECEIPT.OPEN_OFFSETS, SQLDataType.VARCHAR, Receipts::joined, Receipts::split)
            .column(BATCH_RECEIPT.PUBLISHED_OFFSET, Receipt::published);

    private static final BatchStatement<Receipt> APPEND =
            new BatchStatement<>(ROWS, append(), BATCH_RECEIPT.TOPIC_ID, BATCH_RECEIPT.PARTITION, SERVER);
    private static final BatchStatement<Receipt> BEGIN =
            new BatchStatement<>(ROWS, ROWS.insertInto(BATCH_RECEIPT).onConflictDoNothing());
    private static final BatchStatement<Receipt> RAISE = new BatchStatement<>(ROWS, raise());
    private static final BatchStatement<Receipt> FORGET = new BatchStatement<>(ROWS, forget());
    private static final BatchStatement<Receipt> LOST =
            new BatchStatement<>(ROWS, lost(), BATCH_RECEIPT.TOPIC_ID, BATCH_RECEIPT.PARTITION);

    private Receipts() {}

    /** Names the server and the database on it: others after a restart, a failover or a restored backup. */
    public static String server(DSLContext database) {
        return database.select(SERVER).fetchSingle().value1();
    }

    /**
     * Looks whether the database is still on this server.
     *
     * @throws ReceiptMismatchException if not: it may have gone back to an earlier state
     */
    public static void requireServer(DSLContext database, String server) {
        if (!server(database).equals(server)) {
            throw ReceiptMismatchException.ofServer();
        }
    }

    /** The ids of the topics of which commands are settled. */
    public static Set<UUID> topics(DSLContext database) {
        return database.selectDistinct(BATCH_RECEIPT.TOPIC_ID)
                .from(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.SETTLED_OFFSET.gt(0L))
                .fetchSet(BATCH_RECEIPT.TOPIC_ID);
    }

    /** The last receipt of each partition of this topic; a partition never met has none. */
    public static Map<Integer, Receipt> last(DSLContext database, UUID topicId) {
        Map<Integer, Receipt> last = new HashMap<>();
        database.select(BATCH_RECEIPT.fields())
                .select(SERVER)
                .distinctOn(BATCH_RECEIPT.PARTITION)
                .from(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.TOPIC_ID.eq(topicId))
                .orderBy(BATCH_RECEIPT.PARTITION.desc(), BATCH_RECEIPT.FROM_OFFSET.desc())
                .forEach(row -> last.put(
                        row.get(BATCH_RECEIPT.PARTITION),
                        new Receipt(
                                topicId,
                                row.get(BATCH_RECEIPT.PARTITION),
                                row.get(BATCH_RECEIPT.FROM_OFFSET),
                                new Answered(
                                        row.get(BATCH_RECEIPT.SETTLED_OFFSET),
                                        List.of(row.get(BATCH_RECEIPT.OPEN_OFFSETS))),
                                row.get(BATCH_RECEIPT.PUBLISHED_OFFSET),
                                row.get(SERVER))));
        return last;
    }

    /**
     * How far a release that kept no receipts has published each partition of this topic. It may have published further: it
     * wrote this down with the next batch only.
     */
    public static Map<Integer, Long> publishedWithoutReceipt(DSLContext database, UUID topicId) {
        return database.select(PARTITION_PROGRESS.PARTITION, PARTITION_PROGRESS.PUBLISHED_OFFSET)
                .from(PARTITION_PROGRESS)
                .where(PARTITION_PROGRESS.TOPIC_ID.eq(topicId))
                .fetchMap(PARTITION_PROGRESS.PARTITION, PARTITION_PROGRESS.PUBLISHED_OFFSET);
    }

    /** What the database has settled of each partition of this topic, as far as it knows; one never met is not told of. */
    public static Map<Integer, Answered> settled(DSLContext database, UUID topicId) {
        Map<Integer, Answered> settled = new HashMap<>();
        publishedWithoutReceipt(database, topicId)
                .forEach((partition, offset) -> settled.put(partition, Answered.before(offset)));
        last(database, topicId)
                .forEach((partition, receipt) -> settled.merge(partition, receipt.settled(), Answered::union));
        return settled;
    }

    /** Writes the first receipts of partitions, from where they start; one that is there already stays. */
    public static void begin(DSLContext database, Collection<Receipt> receipts) {
        if (!receipts.isEmpty()) {
            BEGIN.execute(database, receipts);
        }
    }

    /** Makes this the only receipt of its partition: what was settled or published behind it counts no more. */
    public static void startAnew(DSLContext tx, Receipt receipt) {
        tx.deleteFrom(BATCH_RECEIPT)
                .where(BATCH_RECEIPT.TOPIC_ID.eq(receipt.topicId()))
                .and(BATCH_RECEIPT.PARTITION.eq(receipt.partition()))
                .execute();
        begin(tx, List.of(receipt));
        tx.update(PARTITION_PROGRESS)
                .set(PARTITION_PROGRESS.PUBLISHED_OFFSET, receipt.published())
                .where(PARTITION_PROGRESS.TOPIC_ID.eq(receipt.topicId()))
                .and(PARTITION_PROGRESS.PARTITION.eq(receipt.partition()))
                .and(PARTITION_PROGRESS.PUBLISHED_OFFSET.gt(receipt.published()))
                .execute();
    }

    /**
     * Adds receipts within a batch's transaction, each to the one that it expects to be the last of its partition.
     *
     * @throws ReceiptMismatchException if another one is the last, or it is another server: another worker has settled the
     *     partition, or the database may have gone back to an earlier state; the transaction must not be committed then
     */
    public static void append(DSLContext tx, Collection<Receipt> receipts) {
        if (receipts.isEmpty()) {
            return;
        }
        Map<Receipt.Part, String> appended = new HashMap<>();
        APPEND.fetch(tx, receipts)
                .forEach(row -> appended.put(
                        new Receipt.Part(row.get(BATCH_RECEIPT.TOPIC_ID), row.get(BATCH_RECEIPT.PARTITION)),
                        row.get(SERVER)));
        receipts.forEach(
                receipt -> requireHeld(receipt, appended.containsKey(receipt.part()), appended.get(receipt.part())));
    }

    /** Notes in each partition's last receipt how far is published; never lowers what is stored. */
    public static void raisePublished(DSLContext database, Collection<Receipt> receipts) {
        if (!receipts.isEmpty()) {
            RAISE.execute(database, receipts);
        }
    }

    /**
     * Looks whether the database holds these receipts or later ones, and is the server that has told them.
     *
     * @throws ReceiptMismatchException if not: it may have gone back to an earlier state
     */
    public static void requireHeld(DSLContext database, Collection<Receipt> receipts) {
        if (receipts.isEmpty()) {
            return;
        }
        String server = server(database);
        Set<Receipt.Part> lost = new HashSet<>();
        LOST.fetch(database, receipts)
                .forEach(row ->
                        lost.add(new Receipt.Part(row.get(BATCH_RECEIPT.TOPIC_ID), row.get(BATCH_RECEIPT.PARTITION))));
        receipts.forEach(receipt -> requireHeld(receipt, !lost.contains(receipt.part()), server));
    }

    private static void requireHeld(Receipt receipt, boolean isHeld, @Nullable String server) {
        if (!isHeld) {
            throw ReceiptMismatchException.ofLast(receipt.topicId(), receipt.partition());
        }
        if (receipt.server() != null && !receipt.server().equals(server)) {
            throw ReceiptMismatchException.ofServer();
        }
    }

    /** Deletes the receipts before these. */
    public static void deleteBefore(DSLContext database, Collection<Receipt> receipts) {
        if (!receipts.isEmpty()) {
            FORGET.execute(database, receipts);
        }
    }

    /** The last receipt is looked up at the right edge of the primary key, however many there are. */
    private static Query append() {
        Field<Long> last = field(select(BATCH_RECEIPT.SETTLED_OFFSET.minus(DSL.cardinality(BATCH_RECEIPT.OPEN_OFFSETS)))
                .from(BATCH_RECEIPT)
                .where(ROWS.matches(BATCH_RECEIPT.TOPIC_ID, BATCH_RECEIPT.PARTITION))
                .orderBy(BATCH_RECEIPT.FROM_OFFSET.desc())
                .limit(DSL.inline(1)));
        return ROWS.insertWhere(
                        BATCH_RECEIPT, ROWS.field(BATCH_RECEIPT.FROM_OFFSET).eq(last))
                .onConflictDoNothing()
                .returning(BATCH_RECEIPT.TOPIC_ID, BATCH_RECEIPT.PARTITION, SERVER);
    }

    /** unnest would flatten an array of arrays, so the open offsets travel as one text. */
    private static String joined(Receipt receipt) {
        return receipt.settled().open().stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static Field<Long[]> split(Field<String> joined) {
        return field("string_to_array({0}, ',')::bigint[]", BATCH_RECEIPT.OPEN_OFFSETS.getDataType(), joined);
    }

    private static Query raise() {
        return update(BATCH_RECEIPT)
                .set(BATCH_RECEIPT.PUBLISHED_OFFSET, ROWS.field(BATCH_RECEIPT.PUBLISHED_OFFSET))
                .from(ROWS.table())
                .where(ROWS.matches(BATCH_RECEIPT.TOPIC_ID, BATCH_RECEIPT.PARTITION, BATCH_RECEIPT.FROM_OFFSET))
                .and(BATCH_RECEIPT.PUBLISHED_OFFSET.lt(ROWS.field(BATCH_RECEIPT.PUBLISHED_OFFSET)));
    }

    private static Query lost() {
        return DSL.select(ROWS.field(BATCH_RECEIPT.TOPIC_ID), ROWS.field(BATCH_RECEIPT.PARTITION))
                .from(ROWS.table())
                .whereNotExists(DSL.selectOne()
                        .from(BATCH_RECEIPT)
                        .where(ROWS.matches(BATCH_RECEIPT.TOPIC_ID, BATCH_RECEIPT.PARTITION))
                        .and(BATCH_RECEIPT.FROM_OFFSET.ge(ROWS.field(BATCH_RECEIPT.FROM_OFFSET)))
                        .and(BATCH_RECEIPT.SETTLED_OFFSET.ge(ROWS.field(BATCH_RECEIPT.SETTLED_OFFSET))));
    }

    private static Query forget() {
        return DSL.deleteFrom(BATCH_RECEIPT)
                .using(ROWS.table())
                .where(ROWS.matches(BATCH_RECEIPT.TOPIC_ID, BATCH_RECEIPT.PARTITION))
                .and(BATCH_RECEIPT.FROM_OFFSET.lt(ROWS.field(BATCH_RECEIPT.FROM_OFFSET)));
    }
}
