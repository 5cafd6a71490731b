package dev.messagecontact.receipts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which commands of a partition are answered: all before an offset, but for some that still wait for a locked directory. So
 * the commands behind a waiting one need not wait too, and are still answered once.
 *
 * @param upTo every command before it is answered, unless it is open
 * @param open offsets before {@code upTo} whose commands have no answer yet; not to be changed
 */
public record Answered(long upTo, NavigableSet<Long> open) {

    /**
     * Some offsets in a row.
     *
     * @param to exclusive
     */
    public record Span(long from, long to) {

        /** How many offsets there are. */
        public long size() {
            return to - from;
        }

        /** Whether it has this offset. */
        public boolean contains(long offset) {
            return offset >= from && offset < to;
        }

        /** How many offsets these have together. */
        public static long totalSize(Collection<Span> spans) {
            return spans.stream().mapToLong(Span::size).sum();
        }

        /** These as people read them. */
        public static String inWords(Collection<Span> spans) {
            return spans.stream().map(Span::toString).collect(Collectors.joining(", "));
        }

        /** The offsets as people read them, with the last one in place of the end. */
        @Override
        public String toString() {
            return size() == 1 ? Long.toString(from) : from + " to " + (to - 1);
        }
    }

    /** All before an offset but for these. */
    public Answered(long upTo, Collection<Long> open) {
        this(upTo, new TreeSet<>(open));
    }

    /** All before an offset. */
    public static Answered before(long offset) {
        return new Answered(offset, new TreeSet<>());
    }

    /** The first offset whose command is not answered. */
    public long firstOpen() {
        return open.isEmpty() ? upTo : open.first();
    }

    /** Whether the command at this offset is answered. */
    public boolean contains(long offset) {
        return offset < upTo && !open.contains(offset);
    }

    /** How many offsets are answered, counted from 0: it grows with every answer. */
    public long count() {
        return upTo - open.size();
    }

    /** What is answered in either of the two. */
    public Answered union(Answered other) {
        NavigableSet<Long> openInBoth = new TreeSet<>(open);
        openInBoth.removeIf(other::contains);
        other.open.stream().filter(offset -> !contains(offset)).forEach(openInBoth::add);
        return new Answered(Math.max(upTo, other.upTo), openInBoth);
    }

    /** The part of it that lies before an offset. */
    public Answered head(long end) {
        return end >= upTo ? this : new Answered(end, open.headSet(end));
    }

    /** What is answered here and not there, in order. */
    public List<Span> minus(Answered other) {
        List<Span> spans = new ArrayList<>();
        other.open.stream().filter(this::contains).forEach(offset -> add(spans, offset, offset + 1));
        long from = other.upTo;
        for (long offset : open.tailSet(from)) {
            add(spans, from, offset);
            from = offset + 1;
        }
        add(spans, from, upTo);
        return spans;
    }

    private static void add(List<Span> spans, long from, long to) {
        Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
        if (from < to) {
            boolean goesOn = last != null && last.to == from;
            spans.add(goesOn ? new Span(spans.remove(spans.size() - 1).from, to) : new Span(from, to));
        }
    }

    /**
     * What is answered after reading on.
     *
     * @param position the next offset to read
     * @param waiting offsets before it whose commands have no answer
     */
    public Answered after(long position, Collection<Long> waiting) {
        NavigableSet<Long> stillOpen = new TreeSet<>(open.tailSet(position));
        stillOpen.addAll(waiting);
        return new Answered(Math.max(position, upTo), stillOpen);
    }
}
