package dev.messagecontact.intake.start;

import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Skip;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a lane does with a partition whose start it has looked for. */
public sealed interface Start {

    /**
     * It takes commands from the partition.
     *
     * @param epoch of the leader that wrote the last record that the group has read; empty if that is not known
     * @param end of the partition
     * @param receipt the database's last one
     * @param reopened commands that were skipped once and are answered after all
     */
    record Reading(StartOffset offset, Optional<Integer> epoch, long end, Receipt receipt, List<Skip> reopened)
            implements Start {}

    /**
     * It takes nothing from the partition.
     *
     * @param end of the partition; null if no broker answers for it
     */
    record Stopped(Stop why, @Nullable Long end) implements Start {}
}
