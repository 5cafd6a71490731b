package dev.messagecontact.recovery;

import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Keeps a recovery at or below a rate. Not thread-safe. */
public final class Pace {

    private static final int LARGEST_PORTION = 2_000;
    private static final int PORTIONS_PER_SECOND = 4;

    /** Sends as fast as it goes. */
    public static final Pace ANY = new Pace(Double.POSITIVE_INFINITY, () -> 0, nanos -> {});

    private final double perSecond;
    private final LongSupplier nanoTime;
    private final LongConsumer sleepNanos;
    private long due;

    /**
     * A pace of so many answers per second.
     *
     * @param perSecond more than 0; infinite for as fast as it goes
     * @param nanoTime such as {@link System#nanoTime()}
     * @param sleepNanos waits for so long
     */
    public Pace(double perSecond, LongSupplier nanoTime, LongConsumer sleepNanos) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.sleepNanos = sleepNanos;
        this.due = nanoTime.getAsLong();
    }

    /** The same, in portions that are small enough to keep the pace even; one empty portion if there is nothing. */
    public <T> List<List<T>> portions(List<T> all) {
        int size = (int) Math.max(1, Math.min(LARGEST_PORTION, perSecond / PORTIONS_PER_SECOND));
        int count = Math.max(1, (all.size() + size - 1) / size);
        return IntStream.range(0, count)
                .mapToObj(i -> all.subList(i * size, Math.min(all.size(), (i + 1) * size)))
                .toList();
    }

    /** Waits until so many more may follow. */
    public void after(int answers) {
        due += (long) (answers * 1e9 / perSecond);
        long early = due - nanoTime.getAsLong();
        if (early > 0) {
            sleepNanos.accept(early);
        } else if (Double.isInfinite(perSecond)) {
            due = nanoTime.getAsLong();
        }
    }
}
