package dev.messagecontact.intake;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One partition cannot be read or settled at one offset; the others can. */
final class PartitionFaultException extends RuntimeException {

    private final TopicPartition partition;
    private final long offset;

    /** @param reason one line without personal data */
    PartitionFaultException(TopicPartition partition, long offset, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.partition = partition;
        this.offset = offset;
    }

    TopicPartition partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
