package dev.messagecontact.recovery;

import dev.messagecontact.kafka.LostTail;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.settings.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Tells the commands that a group has read from those that have come in the place of lost ones, which it has never seen. */
public final class CommandsRead {

    private CommandsRead() {}

    /**
     * What stands in these partitions before the first offset that has lost its record.
     *
     * @param available what stands in them now
     * @param committed by the group; other partitions may be among them
     */
    public static Map<TopicPartition, Offsets> of(
            KafkaSettings kafka,
            Map<TopicPartition, Offsets> available,
            Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>(committed);
        wanted.keySet().retainAll(available.keySet());
        Map<TopicPartition, Offsets> read = new HashMap<>(available);
        LostTail.find(kafka, CommittedOffset.readTo(wanted))
                .forEach((partition, lost) ->
                        read.computeIfPresent(partition, (same, offsets) -> offsets.endingAt(lost)));
        return read;
    }
}
