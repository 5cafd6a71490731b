package dev.messagecontact.intake.partition;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One partition cannot be read or settled at one offset; the others can. */
public final class PartitionFaultException extends RuntimeException {

    private final TopicPartition partition;
    private final long offset;

    /** @param reason one line without personal data */
    public PartitionFaultException(TopicPartition partition, long offset, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.partition = partition;
        this.offset = offset;
    }

    public TopicPartition partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
