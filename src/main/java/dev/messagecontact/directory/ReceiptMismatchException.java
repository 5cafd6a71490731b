package dev.messagecontact.directory;

/** The database is not as it was when a batch began; the batch has had no effect. */
public final class ReceiptMismatchException extends RuntimeException {

    private ReceiptMismatchException(String why) {
        super(why);
    }

    static ReceiptMismatchException ofLast(Receipt next) {
        return new ReceiptMismatchException("partition %d: the database's last receipt is not the one that was expected"
                .formatted(next.partition()));
    }

    static ReceiptMismatchException ofServer() {
        return new ReceiptMismatchException(
                "the database was restarted, restored or replaced, and is asked again what it knows");
    }
}
