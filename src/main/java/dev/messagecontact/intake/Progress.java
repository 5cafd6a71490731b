package dev.messagecontact.intake;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far the commands of a partition are answered: all before an offset, but for some that still wait for a locked
 * directory. It is what the group commits: the first command without an answer as the offset, the rest in the metadata, so
 * that the commands behind a waiting one need not wait too and are still answered once.
 *
 * @param answeredUpTo every command before it is answered, unless it is open
 * @param open offsets before {@code answeredUpTo} whose commands have no answer yet
 */
public record Progress(long answeredUpTo, NavigableSet<Long> open) {

    /** Nothing is answered. */
    static final Progress START = new Progress(0, new TreeSet<>());

    private static final String PREFIX = "answered ";
    private static final String BUT = " but ";

    Progress(long answeredUpTo, Collection<Long> open) {
        this(answeredUpTo, new TreeSet<>(open));
    }

    /** What a group has committed; an offset that a tool has set has nothing open before it. */
    public static Progress of(OffsetAndMetadata committed) {
        String metadata = committed.metadata();
        int but = metadata.indexOf(BUT);
        if (!metadata.startsWith(PREFIX) || but < 0) {
            return new Progress(committed.offset(), new TreeSet<>());
        }
        try {
            NavigableSet<Long> open = new TreeSet<>();
            for (String distance : metadata.substring(but + BUT.length()).split(",", -1)) {
                open.add(committed.offset() + Long.parseLong(distance));
            }
            long answered = Long.parseLong(metadata.substring(PREFIX.length(), but));
            return new Progress(committed.offset() + answered, open);
        } catch (NumberFormatException e) {
            return new Progress(committed.offset(), new TreeSet<>()); // not ours
        }
    }

    /** The first offset whose command is not answered. */
    public long firstOpen() {
        return open.isEmpty() ? answeredUpTo : open.first();
    }

    /** Whether the command at this offset has no answer yet. */
    boolean isOpen(long offset) {
        return offset >= answeredUpTo || open.contains(offset);
    }

    /**
     * The progress after reading on.
     *
     * @param position the next offset to read
     * @param waiting offsets before it whose commands have no answer
     */
    Progress after(long position, Collection<Long> waiting) {
        NavigableSet<Long> stillOpen = new TreeSet<>(open.tailSet(position));
        stillOpen.addAll(waiting);
        return new Progress(Math.max(position, answeredUpTo), stillOpen);
    }

    /** What to commit. Distances, not offsets, keep it far below the broker's limit of 4096 bytes. */
    OffsetAndMetadata toCommit() {
        long first = firstOpen();
        if (open.isEmpty()) {
            return new OffsetAndMetadata(first);
        }
        StringBuilder metadata =
                new StringBuilder(PREFIX).append(answeredUpTo - first).append(BUT);
        String separator = "";
        for (long offset : open) {
            metadata.append(separator).append(offset - first);
            separator = ",";
        }
        return new OffsetAndMetadata(first, metadata.toString());
    }
}
