package dev.messagecontact.registration;

/**
 * Room for requests of a batch whose directory somebody else has locked: they wait.
 *
 * @param most how many may wait
 * @param turnsAway whether those beyond are rejected at once, with 429; else the batch as a whole is not settled
 */
public record Room(int most, boolean turnsAway) {

    /** No request waits and none is rejected: where one would have to, the batch is not settled. */
    public static final Room NONE = new Room(0, false);

    /** Room for so many; those beyond are rejected. */
    public static Room turningAway(int most) {
        return new Room(most, true);
    }

    /** The same for a batch that is settled in parts: it cannot be put off as a whole any more. */
    Room inParts() {
        return equals(NONE) ? NONE : turningAway(most);
    }

    /** What is left if so many wait. */
    Room without(int waiting) {
        return new Room(most - waiting, turnsAway);
    }
}
