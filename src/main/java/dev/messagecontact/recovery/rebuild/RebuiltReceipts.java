package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.registration.BatchReceipts;
import dev.messagecontact.registration.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/** The receipts that a rebuild leaves, as workers do: a rebuild that comes after it goes on behind them. Not thread-safe. */
final class RebuiltReceipts {

    private final DSLContext database;
    private final Missing missing;
    private final Map<TopicPartition, Receipt> receipts = new HashMap<>();

    /** Gives each partition without a receipt its first one, before anything is settled. */
    RebuiltReceipts(DSLContext database, Missing missing) {
        this.database = database;
        this.missing = missing;
        writeFirst();
    }

    private void writeFirst() {
        missing.topicIds()
                .forEach((topic, id) -> Receipts.last(database, id)
                        .forEach((number, last) -> receipts.put(new TopicPartition(topic, number), last)));
        List<Receipt> first = new ArrayList<>();
        missing.commands()
                .forEach((partition, spans) -> addFirst(partition, spans.get(0).from(), first));
        missing.gone()
                .forEach((partition, spans) -> addFirst(
                        partition,
                        answeredBefore(Missing.endOf(spans), partition).upTo(),
                        first));
        Receipts.begin(database, first);
    }

    private void addFirst(TopicPartition partition, long settled, List<Receipt> first) {
        if (!receipts.containsKey(partition)) {
            UUID topicId = Objects.requireNonNull(missing.topicIds().get(partition.topic()));
            Receipt receipt = Receipt.first(topicId, partition.partition(), Answered.before(settled), settled);
            receipts.put(partition, receipt);
            first.add(receipt);
        }
    }

    /** The receipts of a batch that was read up to these positions: no further than to the first record that is settled later. */
    BatchReceipts upTo(Map<TopicPartition, Long> positions, Later... later) {
        return new UpTo(positions, List.of(later));
    }

    /** The receipts of a batch that was read up to these positions. */
    private final class UpTo implements BatchReceipts {

        private final Map<TopicPartition, Long> positions;
        private final List<Later> later;
        private final Map<TopicPartition, Receipt> next = new HashMap<>();

        UpTo(Map<TopicPartition, Long> positions, List<Later> later) {
            this.positions = positions;
            this.later = later;
        }

        @Override
        public Collection<Receipt> of(List<Request> open, List<Request> rest) {
            next.clear();
            if (rest.isEmpty()) {
                positions.forEach((partition, position) ->
                        add(next, partition, Math.min(position, firstUnsettled(partition, open))));
            }
            return List.copyOf(next.values());
        }

        private long firstUnsettled(TopicPartition partition, List<Request> open) {
            LongStream settledLater = later.stream().mapToLong(some -> some.firstOf(partition));
            return Math.min(firstOf(open, partition), settledLater.min().orElse(Long.MAX_VALUE));
        }

        @Override
        public void stored(Collection<Receipt> stored) {
            receipts.putAll(next);
        }
    }

    private static long firstOf(List<Request> open, TopicPartition partition) {
        return open.stream()
                .filter(request -> request.topicPartition().equals(partition))
                .mapToLong(request -> request.position().offset())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Adds the partition's next receipt, unless nothing new is settled up to this position. */
    private void add(Map<TopicPartition, Receipt> next, TopicPartition partition, long position) {
        Receipt last = Objects.requireNonNull(receipts.get(partition));
        Answered answered = answeredBefore(position, partition);
        Answered settled = last.settled().union(answered);
        if (settled.count() > last.settled().count()) {
            next.put(partition, last.next(settled, Math.max(last.published(), answered.firstOpen())));
        }
    }

    private Answered answeredBefore(long position, TopicPartition partition) {
        return Objects.requireNonNull(missing.answered().get(partition)).head(position);
    }

    /**
     * Gives receipts to all that these partitions miss. Where records are settled later, this comes after all are settled: with
     * receipts before, a rebuild that is interrupted would not come back to those.
     */
    void appendAllOf(Set<TopicPartition> partitions) {
        Map<TopicPartition, Receipt> next = new HashMap<>();
        partitions.forEach(partition -> add(
                next,
                partition,
                Missing.endOf(Objects.requireNonNull(missing.commands().get(partition)))));
        append(next);
    }

    /** Gives receipts to the commands at the end of a partition that the topic no longer has. */
    void appendGone() {
        Map<TopicPartition, Receipt> next = new HashMap<>();
        missing.gone().forEach((partition, spans) -> add(next, partition, Missing.endOf(spans)));
        append(next);
    }

    private void append(Map<TopicPartition, Receipt> next) {
        database.transaction(tx -> Receipts.append(tx.dsl(), next.values()));
        receipts.putAll(next);
    }
}
