package dev.messagecontact.intake.start;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the whole group has committed. */
public interface CommittedByGroup {

    /**
     * What is committed, by partition.
     *
     * @param withUnderWay whether offsets that are in a transaction under way count: it waits until each partition was once
     *     without any. Transactions that get their offsets later may be missing
     * @throws KafkaException if the broker does not answer, or a transaction is not over in time
     */
    Map<TopicPartition, OffsetAndMetadata> committed(boolean withUnderWay);

    /**
     * What is committed of these partitions, null where nothing is. Those with offsets in a transaction that is not over for a
     * while are left out: it is not known how far they will be committed.
     *
     * @throws KafkaException if the broker does not answer
     */
    Map<TopicPartition, @Nullable OffsetAndMetadata> stable(Set<TopicPartition> partitions);
}
