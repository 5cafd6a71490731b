package dev.messagecontact.workshop.soak;

/** What can go wrong during a soak, how often among other faults, and for how long. */
public enum FaultKind {
    KILL(true, "kill -9", 4, 0, 2_000),
    FREEZE(true, "SIGSTOP, beyond its session", 2, 8_000, 13_000),
    TERMINATE(true, "SIGTERM", 3, 0, 1_000),
    DATABASE_CRASH(false, "database crashes", 2, 500, 6_000),
    BROKER_RESTART(false, "broker restarts", 2, 500, 5_000),
    BACKENDS_TERMINATED(false, "pg_terminate_backend of all workers", 3, 0, 0),
    DATABASE_CUT(true, "connections to the database reset", 2, 0, 0),
    DATABASE_REFUSED(true, "database unreachable", 2, 1_000, 6_000),
    DATABASE_FROZEN(true, "database silent", 2, 2_000, 9_000),
    DATABASE_STRANDED(true, "half-open connections to the database", 2, 0, 0),
    BROKER_CUT(true, "connections to the broker reset", 2, 0, 0),
    BROKER_REFUSED(true, "broker unreachable", 2, 1_000, 9_000),
    BROKER_FROZEN(true, "broker silent", 2, 2_000, 12_000),
    BROKER_STRANDED(true, "half-open connections to the broker", 2, 0, 0),
    SLOW(true, "all slowed down", 1, 2_000, 5_000),
    DIRECTORY_LOCKED(false, "a stranger locks the hot directory", 3, 1_000, 6_000),
    DIRECTORY_LOCKED_LONG(false, "a stranger locks the hot directory beyond all budgets", 1, 8_000, 20_000),
    RIGHT_WITHDRAWN(false, "the right to the group is taken away", 2, 2_000, 10_000),
    QUOTA(true, "a produce quota", 2, 5_000, 15_000),
    SLOW_TRIGGER(false, "a trigger of some ms for each row", 2, 3_000, 10_000),
    COMPRESSION_BOMB(false, "a batch that unpacks to far more than it weighs", 1, 0, 0),
    SENDERS_CLOCKS(false, "the senders' clocks date the commands", 1, 3_000, 10_000),
    LAST_COMMITS_LOST(false, "the database loses its last second; then a rebuild", 1, 500, 1_500),
    MOVED_FORWARD(false, "a tool moves a partition forward; then it is moved back", 1, 2_000, 6_000);

    private final boolean ofOneWorker;
    private final String words;
    private final int weight;
    private final int shortest;
    private final int longest;

    FaultKind(boolean ofOneWorker, String words, int weight, int shortest, int longest) {
        this.ofOneWorker = ofOneWorker;
        this.words = words;
        this.weight = weight;
        this.shortest = shortest;
        this.longest = longest;
    }

    /** The fault in words, for people. */
    String words() {
        return words;
    }

    /** Whether it happens to one worker; if not, to what all share. */
    boolean isOfOneWorker() {
        return ofOneWorker;
    }

    int weight() {
        return weight;
    }

    /** In milliseconds; 0 where it is over at once. */
    int shortest() {
        return shortest;
    }

    /** In milliseconds. */
    int longest() {
        return longest;
    }
}
