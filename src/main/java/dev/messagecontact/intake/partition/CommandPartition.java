package dev.messagecontact.intake.partition;

import dev.messagecontact.command.Origin;
import java.util.Comparator;

/** A partition of one of the topics that commands are taken from. Its text is what people read: {@code 3}. */
public record CommandPartition(Origin origin, int number) implements Comparable<CommandPartition> {

    private static final Comparator<CommandPartition> ORDER =
            Comparator.comparing(CommandPartition::origin).thenComparingInt(CommandPartition::number);

    @Override
    public int compareTo(CommandPartition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return origin == Origin.SENDERS ? number + " of the verification outcomes" : Integer.toString(number);
    }
}
