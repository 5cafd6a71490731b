package dev.messagecontact.receipts;

import static dev.messagecontact.database.schema.Tables.SKIPPED_OFFSETS;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The offsets that operators have led partitions past, without an answer to their commands. */
public final class SkippedOffsets {

    private SkippedOffsets() {}

    /** The skipped offsets of this topic, by partition, in their order; a partition without any is missing. */
    public static Map<Integer, List<Skip>> of(DSLContext database, UUID topicId) {
        Map<Integer, List<Skip>> skips = new HashMap<>();
        database.selectFrom(SKIPPED_OFFSETS)
                .where(SKIPPED_OFFSETS.TOPIC_ID.eq(topicId))
                .orderBy(SKIPPED_OFFSETS.PARTITION, SKIPPED_OFFSETS.FROM_OFFSET)
                .forEach(row -> skips.computeIfAbsent(row.get(SKIPPED_OFFSETS.PARTITION), key -> new ArrayList<>())
                        .add(skip(row)));
        return skips;
    }

    /**
     * The one by which the command at this position needs no answer; empty if none does.
     *
     * @param skips of its topic, by partition
     */
    public static Optional<Skip> covering(Map<Integer, List<Skip>> skips, int partition, long offset) {
        return skips.getOrDefault(partition, List.of()).stream()
                .filter(skip -> skip.covers(offset))
                .findFirst();
    }

    /** Adds one; what earlier ones say of the same offsets holds no longer. */
    public static void add(DSLContext tx, Skip skip) {
        for (Skip earlier : of(tx, skip.topicId()).getOrDefault(skip.partition(), List.of())) {
            if (earlier.from() < skip.to() && skip.from() < earlier.to()) {
                delete(tx, earlier);
                insert(tx, earlier.before(skip.from()));
                insert(tx, earlier.since(skip.to()));
            }
        }
        insert(tx, skip);
    }

    /** Forgets what was skipped of a partition from an offset on. */
    public static void forgetFrom(DSLContext tx, UUID topicId, int partition, long offset) {
        for (Skip skip : of(tx, topicId).getOrDefault(partition, List.of())) {
            if (skip.to() > offset) {
                delete(tx, skip);
                insert(tx, skip.before(offset));
            }
        }
    }

    /**
     * Which of these are to be answered after all, now that the group goes on at an offset; writes it down.
     *
     * @param skips of one partition
     */
    public static List<Skip> open(DSLContext database, List<Skip> skips, long next) {
        List<Skip> open = new ArrayList<>();
        for (Skip skip : skips) {
            if (skip.answeredTo() != null) {
                open.add(skip.withAnsweredTo(next));
            } else if (next < skip.to()) {
                Skip rest = skip.since(next);
                open.add(rest.withAnsweredTo(rest.from()));
                if (next > skip.from()) {
                    database.transaction(tx -> {
                        insert(tx.dsl(), rest);
                        shorten(tx.dsl(), skip, next);
                    });
                }
            }
        }
        setAnswered(database, open);
        return open;
    }

    private static void shorten(DSLContext tx, Skip skip, long to) {
        tx.update(SKIPPED_OFFSETS)
                .set(SKIPPED_OFFSETS.TO_OFFSET, to)
                .where(isRowOf(skip))
                .execute();
    }

    /** Writes down how far skipped commands are answered after all. */
    public static void setAnswered(DSLContext database, Collection<Skip> skips) {
        for (Skip skip : skips) {
            database.update(SKIPPED_OFFSETS)
                    .set(SKIPPED_OFFSETS.ANSWERED_TO, skip.answeredTo())
                    .where(isRowOf(skip))
                    .execute();
        }
    }

    private static void delete(DSLContext tx, Skip skip) {
        tx.deleteFrom(SKIPPED_OFFSETS).where(isRowOf(skip)).execute();
    }

    private static Condition isRowOf(Skip skip) {
        return SKIPPED_OFFSETS
                .TOPIC_ID
                .eq(skip.topicId())
                .and(SKIPPED_OFFSETS.PARTITION.eq(skip.partition()))
                .and(SKIPPED_OFFSETS.FROM_OFFSET.eq(skip.from()));
    }

    private static void insert(DSLContext tx, Skip skip) {
        if (skip.isEmpty()) {
            return;
        }
        tx.insertInto(SKIPPED_OFFSETS)
                .set(SKIPPED_OFFSETS.TOPIC_ID, skip.topicId())
                .set(SKIPPED_OFFSETS.PARTITION, skip.partition())
                .set(SKIPPED_OFFSETS.FROM_OFFSET, skip.from())
                .set(SKIPPED_OFFSETS.TO_OFFSET, skip.to())
                .set(SKIPPED_OFFSETS.REASON, skip.reason())
                .set(SKIPPED_OFFSETS.SKIPPED_BY, skip.by())
                .set(SKIPPED_OFFSETS.SKIPPED_AT, skip.at().atOffset(ZoneOffset.UTC))
                .set(SKIPPED_OFFSETS.ANSWERED_TO, skip.answeredTo())
                .execute();
    }

    private static Skip skip(Record row) {
        return new Skip(
                row.get(SKIPPED_OFFSETS.TOPIC_ID),
                row.get(SKIPPED_OFFSETS.PARTITION),
                row.get(SKIPPED_OFFSETS.FROM_OFFSET),
                row.get(SKIPPED_OFFSETS.TO_OFFSET),
                row.get(SKIPPED_OFFSETS.REASON),
                row.get(SKIPPED_OFFSETS.SKIPPED_BY),
                row.get(SKIPPED_OFFSETS.SKIPPED_AT).toInstant(),
                row.get(SKIPPED_OFFSETS.ANSWERED_TO));
    }
}
