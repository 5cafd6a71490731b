package dev.messagecontact.kafka;

import static java.util.Objects.requireNonNull;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads parts of topics from end to end, committed records only. It joins no group and moves no offsets. */
public final class TopicReader {

    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_POLL = Duration.ofMillis(500);

    private final OperatorClients clients;
    private final @Nullable LeftOut leftOut;
    private final boolean ordersByTime;

    /** A reader that gives up if nothing comes for a minute although more must. */
    public TopicReader(KafkaSettings kafka) {
        this(new OperatorClients(kafka), null, false);
    }

    private TopicReader(OperatorClients clients, @Nullable LeftOut leftOut, boolean ordersByTime) {
        this.clients = clients;
        this.leftOut = leftOut;
        this.ordersByTime = ordersByTime;
    }

    /** The same, but records that cannot be read are left out and logged: no worker can have answered them. */
    public TopicReader steppingOver() {
        return steppingOver((partition, offset) -> {});
    }

    /** The same; told which they are. */
    public TopicReader steppingOver(LeftOut listener) {
        return new TopicReader(clients, listener, ordersByTime);
    }

    /**
     * The same, but the partitions are read in one order, that of their records' timestamps. Otherwise one may be read to its
     * end before another one is begun.
     */
    public TopicReader orderedByTime() {
        return new TopicReader(clients, leftOut, true);
    }

    /** Takes what is read, poll by poll. */
    public interface Taker {
        /**
         * Some records, and where reading stands behind them.
         *
         * @param records in the order of each partition; may be empty
         * @param positions of the partitions that are not taken to their end yet, or now are
         */
        void take(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions);
    }

    /** Hears which records are left out. */
    @FunctionalInterface
    public interface LeftOut {

        /** A record that cannot be read; the records of a damaged batch come one by one. */
        void at(TopicPartition partition, long offset);
    }

    /** Hears how far a reading has come. */
    @FunctionalInterface
    public interface Reached {

        /** Hears how many of all offsets are read. */
        void at(long offsets, long ofAll);
    }

    /** The record at an offset that the partition has; empty if a transaction's marker stands there, or nothing any more. */
    public Optional<ConsumerRecord<byte[], byte[]>> recordAt(TopicPartition partition, long offset) {
        List<ConsumerRecord<byte[], byte[]>> there = new ArrayList<>(1);
        read(Map.of(partition, Offsets.of(offset, offset + 1)), there::add);
        return there.stream().findFirst();
    }

    /** Gives every committed record, as {@link #read(Map, java.util.function.Consumer, Reached)}. */
    public void read(
            Map<TopicPartition, Offsets> parts, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        read(parts, each, (offsets, ofAll) -> {});
    }

    /**
     * Gives every committed record, in the order of each partition.
     *
     * @throws OperatorException if a transaction stays open before the end, records are deleted before we read them, or
     *     a record cannot be read
     */
    public void read(
            Map<TopicPartition, Offsets> parts,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each,
            Reached reached) {
        long all = parts.values().stream().mapToLong(Offsets::size).sum();
        readInBatches(parts, (records, positions) -> {
            records.forEach(each);
            // The parts that are not in it are read to their ends.
            long left = positions.entrySet().stream()
                    .mapToLong(part -> requireNonNull(parts.get(part.getKey())).end() - part.getValue())
                    .sum();
            reached.at(all - left, all);
        });
    }

    /** The same, poll by poll. */
    public void readInBatches(Map<TopicPartition, Offsets> parts, Taker taker) {
        Map<TopicPartition, Offsets> open = new HashMap<>(parts);
        open.values().removeIf(offsets -> offsets.size() <= 0);
        if (open.isEmpty()) {
            return;
        }
        // What is held back until its turn comes takes a poll of each partition at most.
        PollBudget budget = PollBudget.ofHeap(Runtime.getRuntime().maxMemory(), ordersByTime ? open.size() : 1);
        try (Consumer<byte[], byte[]> consumer = clients.reader(budget)) {
            consumer.assign(open.keySet());
            open.forEach((partition, offsets) -> consumer.seek(partition, offsets.begin()));
            if (ordersByTime) {
                readInOrder(consumer, budget, open, taker);
            } else {
                read(consumer, budget, open, taker);
            }
        } catch (UnreadableRecordException e) {
            throw new OperatorException(
                    "%s cannot be read at offset %d: %s. ops/runbooks/unreadable-record.md says how to continue"
                            .formatted(e.partition(), e.offset(), e.reason()),
                    e);
        } catch (OffsetOutOfRangeException e) {
            throw new OperatorException(
                    "records of %s were deleted before they could be read; try again".formatted(topics(parts)), e);
        }
    }

    private void read(
            Consumer<byte[], byte[]> consumer, PollBudget budget, Map<TopicPartition, Offsets> open, Taker taker) {
        Deadline deadline = new Deadline();
        Map<TopicPartition, Long> steppedOver = new HashMap<>();
        while (!open.isEmpty()) {
            List<ConsumerRecord<byte[], byte[]>> records = inParts(poll(consumer, budget, steppedOver), open);
            Map<TopicPartition, Long> positions = positions(consumer, open);
            taker.take(records, positions);
            close(consumer, open, positions);
            deadline.check(positions, open);
        }
    }

    /** A partition whose next record is there already is not asked for more. */
    private void readInOrder(
            Consumer<byte[], byte[]> consumer, PollBudget budget, Map<TopicPartition, Offsets> open, Taker taker) {
        TimeOrder order = new TimeOrder();
        Deadline deadline = new Deadline();
        Map<TopicPartition, Long> steppedOver = new HashMap<>();
        while (!open.isEmpty()) {
            order.add(inParts(poll(consumer, budget, steppedOver), open));
            Map<TopicPartition, Long> positions = positions(consumer, open);
            takeInOrder(order, open, positions, taker);
            deadline.check(positions, open);
            close(consumer, open, taken(order, positions));
            consumer.resume(consumer.paused());
            consumer.pause(order.partitions());
        }
    }

    private static void takeInOrder(
            TimeOrder order, Map<TopicPartition, Offsets> open, Map<TopicPartition, Long> positions, Taker taker) {
        List<TopicPartition> unread = positions.keySet().stream()
                .filter(partition -> !isAtEnd(partition, open, positions))
                .toList();
        List<ConsumerRecord<byte[], byte[]>> records;
        do {
            records = order.next(unread, OperatorClients.MOST_RECORDS);
            taker.take(records, taken(order, positions));
        } while (records.size() == OperatorClients.MOST_RECORDS);
    }

    /** The positions of the taker, who has not got the records that are held back. */
    private static Map<TopicPartition, Long> taken(TimeOrder order, Map<TopicPartition, Long> positions) {
        Map<TopicPartition, Long> taken = new HashMap<>(positions);
        taken.replaceAll((partition, position) -> {
            Long held = order.firstOf(partition);
            return held == null ? position : held;
        });
        return taken;
    }

    /** Gives up if nothing comes for a minute. */
    private static final class Deadline {

        private Map<TopicPartition, Long> last = Map.of();
        private long at = System.nanoTime() + PATIENCE.toNanos();

        void check(Map<TopicPartition, Long> positions, Map<TopicPartition, Offsets> open) {
            if (!positions.equals(last)) {
                last = positions;
                at = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > at) {
                throw new OperatorException(
                        "%s cannot be read to the end: no record came for %d s; perhaps a transaction was left open"
                                .formatted(topics(open), PATIENCE.toSeconds()));
            }
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(
            Consumer<byte[], byte[]> consumer, PollBudget budget, Map<TopicPartition, Long> steppedOver) {
        budget.renew(OperatorClients.MOST_RECORDS);
        try {
            return UnreadableRecordException.poll(consumer, LONGEST_POLL);
        } catch (UnreadableRecordException e) {
            if (leftOut == null) {
                throw e;
            }
            // A damaged batch does not tell where it ends.
            consumer.seek(e.partition(), e.offset() + 1);
            leftOut.at(e.partition(), e.offset());
            if (!Objects.equals(steppedOver.put(e.partition(), e.offset()), e.offset() - 1)) {
                log.warn(
                        "{} cannot be read at offset {}: {}; what cannot be read is left out",
                        e.partition(),
                        e.offset(),
                        e.reason());
            }
            return ConsumerRecords.empty();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> inParts(
            ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Offsets> open) {
        List<ConsumerRecord<byte[], byte[]>> inParts = new ArrayList<>(records.count());
        for (TopicPartition partition : records.partitions()) {
            long end = requireNonNull(open.get(partition)).end();
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                if (record.offset() < end) {
                    inParts.add(record);
                }
            }
        }
        return inParts;
    }

    private static Map<TopicPartition, Long> positions(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Offsets> open) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        open.forEach((partition, offsets) ->
                positions.put(partition, Math.min(consumer.position(partition), offsets.end())));
        return positions;
    }

    /** Ends the partitions that are read to their end. */
    private static void close(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Offsets> open, Map<TopicPartition, Long> positions) {
        if (open.keySet().removeIf(partition -> isAtEnd(partition, open, positions))) {
            consumer.assign(open.keySet());
        }
    }

    private static boolean isAtEnd(
            TopicPartition partition, Map<TopicPartition, Offsets> open, Map<TopicPartition, Long> positions) {
        return requireNonNull(positions.get(partition))
                >= requireNonNull(open.get(partition)).end();
    }

    private static String topics(Map<TopicPartition, Offsets> parts) {
        return String.join(
                ", ",
                parts.keySet().stream()
                        .map(TopicPartition::topic)
                        .distinct()
                        .sorted()
                        .toList());
    }
}
