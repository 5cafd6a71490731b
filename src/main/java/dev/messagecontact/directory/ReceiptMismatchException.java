package dev.messagecontact.directory;

/** The database is not as it was when a batch began; the batch has had no effect. */
public final class ReceiptMismatchException extends RuntimeException {

    private final int partition;

    private ReceiptMismatchException(int partition, String why) {
        super("partition %d: %s".formatted(partition, why));
        this.partition = partition;
    }

    static ReceiptMismatchException ofLast(Receipt next) {
        return new ReceiptMismatchException(
                next.partition(), "the database's last receipt is not the one that was expected");
    }

    static ReceiptMismatchException ofServer(Receipt next) {
        return new ReceiptMismatchException(
                next.partition(), "the database was restarted, restored or replaced, and is asked again what it knows");
    }

    public int partition() {
        return partition;
    }
}
