package dev.messagecontact.registration;

import dev.messagecontact.receipts.Receipt;
import java.util.Collection;
import java.util.List;

/** The database's receipts for one batch, which may be settled in parts. */
@FunctionalInterface
public interface BatchReceipts {

    /** For a batch that leaves none. */
    BatchReceipts NONE = (open, rest) -> List.of();

    /**
     * The next ones of the partitions of which more is settled by now.
     *
     * @param open requests of the batch that have no answer yet, though others behind them have
     * @param rest the requests behind all that have an answer
     */
    Collection<Receipt> of(List<Request> open, List<Request> rest);

    /** These are stored: those for what is settled next come behind them. */
    default void stored(Collection<Receipt> receipts) {}
}
