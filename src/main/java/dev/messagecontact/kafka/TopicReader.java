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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads parts of topics from end to end, committed records only. It joins no group and moves no offsets. */
public final class TopicReader {

    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_POLL = Duration.ofMillis(500);

    private final CommandClients clients;
    private final boolean stepsOver;
    private final PollBudget budget = PollBudget.ofHeap(Runtime.getRuntime().maxMemory(), 1);

    /** A reader that gives up if nothing comes for a minute although more must. */
    public TopicReader(KafkaSettings kafka) {
        this(new CommandClients(kafka), false);
    }

    private TopicReader(CommandClients clients, boolean stepsOver) {
        this.clients = clients;
        this.stepsOver = stepsOver;
    }

    /** The same, but records that cannot be read are left out and logged: no worker can have answered them. */
    public TopicReader steppingOver() {
        return new TopicReader(clients, true);
    }

    /** Takes what is read, poll by poll. */
    public interface Taker {
        /**
         * Some records, and where reading stands behind them.
         *
         * @param records in the order of each partition; may be empty
         * @param positions of the partitions that are not read to their end yet, or now are
         */
        void take(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions);
    }

    /** Hears how far a reading has come. */
    @FunctionalInterface
    public interface Reached {

        /** So many of all offsets are read. */
        void at(long offsets, long ofAll);
    }

    /** The record at an offset that the partition has; empty if a transaction's marker stands there, or nothing any more. */
    public Optional<ConsumerRecord<byte[], byte[]>> recordAt(TopicPartition partition, long offset) {
        List<ConsumerRecord<byte[], byte[]>> there = new ArrayList<>(1);
        read(Map.of(partition, new Offsets(offset, offset + 1, Offsets.ANY_TIME)), there::add);
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
        try (Consumer<byte[], byte[]> consumer = clients.reader(budget)) {
            consumer.assign(open.keySet());
            open.forEach((partition, offsets) -> consumer.seek(partition, offsets.begin()));
            read(consumer, open, taker);
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

    private void read(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Offsets> open, Taker taker) {
        Map<TopicPartition, Long> last = Map.of();
        Map<TopicPartition, Long> steppedOver = new HashMap<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!open.isEmpty()) {
            List<ConsumerRecord<byte[], byte[]>> records = inParts(poll(consumer, steppedOver), open);
            Map<TopicPartition, Long> positions = positions(consumer, open);
            taker.take(records, positions);
            close(consumer, open, positions);
            if (!positions.equals(last)) {
                last = positions;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new OperatorException(
                        "%s cannot be read to the end: no record came for %d s; perhaps a transaction was left open"
                                .formatted(topics(open), PATIENCE.toSeconds()));
            }
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> steppedOver) {
        budget.renew(CommandClients.MOST_RECORDS);
        try {
            return UnreadableRecordException.poll(consumer, LONGEST_POLL);
        } catch (UnreadableRecordException e) {
            if (!stepsOver) {
                throw e;
            }
            // A damaged batch does not tell where it ends.
            consumer.seek(e.partition(), e.offset() + 1);
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
        if (open.entrySet()
                .removeIf(part -> requireNonNull(positions.get(part.getKey()))
                        >= part.getValue().end())) {
            consumer.assign(open.keySet());
        }
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
