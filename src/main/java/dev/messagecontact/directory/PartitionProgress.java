package dev.messagecontact.directory;

import static dev.messagecontact.directory.schema.Tables.PARTITION_PROGRESS;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.greatest;

import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Query;

/** How far the events of the command topic's partitions are known to be published. */
public final class PartitionProgress {

    private static final ArrayRows<Published> ROWS = new ArrayRows<Published>()
            .column(PARTITION_PROGRESS.TOPIC_ID, Published::topicId)
            .column(PARTITION_PROGRESS.PARTITION, Published::partition)
            .column(PARTITION_PROGRESS.PUBLISHED_OFFSET, Published::offset);
    private static final BatchStatement<Published> RAISE = new BatchStatement<>(ROWS, raise());

    private PartitionProgress() {}

    /** The first offset of each partition whose events are not known to be published; a partition never seen has none. */
    public static Map<Integer, Long> of(DSLContext database, UUID topicId) {
        return database.select(PARTITION_PROGRESS.PARTITION, PARTITION_PROGRESS.PUBLISHED_OFFSET)
                .from(PARTITION_PROGRESS)
                .where(PARTITION_PROGRESS.TOPIC_ID.eq(topicId))
                .fetchMap(PARTITION_PROGRESS.PARTITION, PARTITION_PROGRESS.PUBLISHED_OFFSET);
    }

    /** Whether anything is known of another topic: this one may then be its continuation on other brokers. */
    public static boolean knowsOtherThan(DSLContext database, UUID topicId) {
        return database.fetchExists(PARTITION_PROGRESS, PARTITION_PROGRESS.TOPIC_ID.ne(topicId));
    }

    /**
     * Notes how far is published now; never lowers what is stored. Rows are taken in the order of the partitions, so two
     * workers cannot block each other.
     *
     * @param published by partition, the first offset that is not published
     */
    public static void raise(DSLContext database, UUID topicId, Map<Integer, Long> published) {
        if (published.isEmpty()) {
            return;
        }
        RAISE.execute(
                database,
                published.entrySet().stream()
                        .map(each -> new Published(topicId, each.getKey(), each.getValue()))
                        .toList());
    }

    private static Query raise() {
        return ROWS.insertInto(PARTITION_PROGRESS, ROWS.field(PARTITION_PROGRESS.PARTITION))
                .onConflict(PARTITION_PROGRESS.TOPIC_ID, PARTITION_PROGRESS.PARTITION)
                .doUpdate()
                .set(
                        PARTITION_PROGRESS.PUBLISHED_OFFSET,
                        greatest(PARTITION_PROGRESS.PUBLISHED_OFFSET, excluded(PARTITION_PROGRESS.PUBLISHED_OFFSET)));
    }

    private record Published(UUID topicId, int partition, long offset) {}
}
