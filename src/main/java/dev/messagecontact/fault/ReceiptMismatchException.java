package dev.messagecontact.fault;

import java.util.UUID;

/** The database is not as it was when a batch began; the batch has had no effect. */
public final class ReceiptMismatchException extends RuntimeException {

    private ReceiptMismatchException(String why) {
        super(why);
    }

    /** The last receipt of this partition is not the one that a batch follows. */
    public static ReceiptMismatchException ofLast(UUID topicId, int partition) {
        return new ReceiptMismatchException(
                "partition %d of the topic with the id %s: the database's last receipt is not the one that was expected"
                        .formatted(partition, topicId));
    }

    /** The database is on another server than before. */
    public static ReceiptMismatchException ofServer() {
        return new ReceiptMismatchException(
                "the database was restarted, restored or replaced, and is asked again what it knows");
    }
}
