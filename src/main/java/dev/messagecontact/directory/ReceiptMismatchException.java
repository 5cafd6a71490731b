package dev.messagecontact.directory;

/** The database's last receipt of a partition is another one than expected; the batch has had no effect. */
public final class ReceiptMismatchException extends RuntimeException {

    private final int partition;

    ReceiptMismatchException(int partition, long expected) {
        super("partition %d: the database's last receipt does not end at offset %d".formatted(partition, expected));
        this.partition = partition;
    }

    public int partition() {
        return partition;
    }
}
