package dev.messagecontact.intake;

/**
 * How many commands a batch may have now. A batch that fails as a whole, for a reason that may depend on its size, is tried
 * again with half as many, down to one; when batches go well, the size grows again: in doubles up to half of where the trouble
 * began, then by a tenth at a time, so that it does not run into the same trouble with every other batch.
 *
 * <p>A fresh lane starts small and doubles with each batch, however small: its JVM runs the first one uncompiled, and under a
 * backlog no command should wait for thousands of others to be answered first. Not thread-safe.
 */
final class BatchSize {

    /** The size of the first batch of a fresh lane. */
    static final int FIRST = 250;

    private static final int STEP = 10;

    private final int largest;
    private int limit;
    private int safe;
    private boolean failedLast;
    private boolean isFresh = true;

    /**
     * The size of a fresh lane's batches.
     *
     * @param first at first, 1 or more
     * @param largest what the settings allow, 1 or more
     */
    BatchSize(int first, int largest) {
        this.largest = largest;
        this.limit = Math.min(first, largest);
        this.safe = largest;
    }

    /** How many commands a batch may have now: from 1 to what the settings allow. */
    int limit() {
        return limit;
    }

    /** A batch of this many commands failed as a whole. */
    void failed(int commands) {
        isFresh = false;
        safe = failedLast ? safe : Math.max(1, limit / 2);
        limit = Math.max(1, Math.min(limit, commands) / 2);
        failedLast = true;
    }

    /** A batch of this many commands went well. */
    void wentWell(int commands) {
        if (commands == 0) {
            return;
        }
        failedLast = false;
        if (commands < limit && !isFresh) {
            return; // it says nothing about larger ones
        }
        int grown = limit < safe ? Math.min(2 * limit, safe) : limit + Math.max(1, limit / STEP);
        limit = Math.min(grown, largest);
        isFresh &= limit < largest;
    }
}
