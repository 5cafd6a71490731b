package dev.messagecontact.kafka;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;

/** The partition that Kafka's own Java client gives to a key, as all publishers of a topic should. Without state. */
public final class KeyPartition {

    private KeyPartition() {}

    /**
     * Whether a record stands on another partition than its key's: its publisher hashes keys otherwise, and the order of this
     * key is kept by nobody.
     *
     * @param key of the record; one without a key belongs to no partition, and stands on none wrongly
     * @param partition on which the record stands
     * @param partitions how many the topic has; if it has got more since that was asked for, nothing is said of records on
     *     the new ones
     */
    public static boolean isElsewhere(byte @Nullable [] key, int partition, int partitions) {
        return key != null
                && partition < partitions
                && BuiltInPartitioner.partitionForKey(key, partitions) != partition;
    }
}
