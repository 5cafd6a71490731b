package dev.messagecontact.intake;

/**
 * How many commands a batch may have now. A batch that fails as a whole, for a reason that may depend on its size, is tried
 * again with half as many, down to one; when batches go well, the size grows again: in doubles up to half of where the trouble
 * began, then by a tenth at a time, so that it does not run into the same trouble with every other batch. Not thread-safe.
 */
final class BatchSize {

    private static final int STEP = 10;

    private final int largest;
    private int limit;
    private int safe;
    private boolean failedLast;

    /** @param largest what the settings allow, 1 or more */
    BatchSize(int largest) {
        this.largest = largest;
        this.limit = largest;
        this.safe = largest;
    }

    /** From 1 to what the settings allow. */
    int limit() {
        return limit;
    }

    /** A batch of this many commands failed as a whole. */
    void failed(int commands) {
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
        if (commands < limit) {
            return; // it says nothing about larger ones
        }
        int grown = limit < safe ? Math.min(2 * limit, safe) : limit + Math.max(1, limit / STEP);
        limit = Math.min(grown, largest);
    }
}
