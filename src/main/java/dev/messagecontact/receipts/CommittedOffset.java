package dev.messagecontact.receipts;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** How a group's committed offset says what is answered: the first open command is the offset, the rest is in the metadata. */
public final class CommittedOffset {

    /**
     * How many open commands fit into the metadata, of which brokers take 4,096 bytes ({@code offset.metadata.max.bytes}):
     * each takes at most 12, a comma and a distance of up to 11 digits.
     */
    public static final int MOST_OPEN = 300;

    private static final String PREFIX = "answered ";
    private static final String BUT = " but ";

    private CommittedOffset() {}

    /** What a group has committed; an offset that a tool has set has nothing open before it. */
    public static Answered read(OffsetAndMetadata committed) {
        String metadata = committed.metadata();
        int but = metadata.indexOf(BUT);
        if (!isWorkers(committed) || but < 0) {
            return Answered.before(committed.offset());
        }
        try {
            NavigableSet<Long> open = new TreeSet<>();
            for (String distance : metadata.substring(but + BUT.length()).split(",", -1)) {
                open.add(committed.offset() + Long.parseLong(distance));
            }
            long answered = Long.parseLong(metadata.substring(PREFIX.length(), but));
            return new Answered(committed.offset() + answered, open);
        } catch (NumberFormatException e) {
            return Answered.before(committed.offset()); // not ours
        }
    }

    /**
     * How far the group has read each partition, with the epoch that was committed for it: further than to its committed offset,
     * where commands behind a waiting one are answered.
     *
     * @param committed by the group; null where it has committed nothing
     */
    public static Map<TopicPartition, OffsetAndMetadata> readTo(
            Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
        Map<TopicPartition, OffsetAndMetadata> readTo = new HashMap<>();
        committed.forEach((id, offset) -> {
            if (offset != null) {
                readTo.put(id, new OffsetAndMetadata(read(offset).upTo(), offset.leaderEpoch(), ""));
            }
        });
        return readTo;
    }

    /** Whether a worker has committed it: a tool leaves no such metadata, nor did workers of earlier releases. */
    public static boolean isWorkers(OffsetAndMetadata committed) {
        return committed.metadata().startsWith(PREFIX);
    }

    /** What a tool commits for at most {@link #MOST_OPEN} open commands. */
    public static OffsetAndMetadata of(Answered answered) {
        return of(answered, Optional.empty());
    }

    /**
     * The same for who has read the partition.
     *
     * @param epoch the leader's that has written what was read last: it tells later whether that is still there
     */
    public static OffsetAndMetadata of(Answered answered, Optional<Integer> epoch) {
        long first = answered.firstOpen();
        StringBuilder metadata = new StringBuilder(PREFIX).append(answered.upTo() - first);
        String separator = BUT;
        for (long offset : answered.open()) {
            metadata.append(separator).append(offset - first);
            separator = ",";
        }
        return new OffsetAndMetadata(first, epoch, metadata.toString());
    }
}
