package dev.messagecontact.registration;

/**
 * Room for requests of a batch whose directory somebody else has locked: they wait.
 *
 * @param most how many may wait
 * @param turnsAway whether those beyond are rejected at once, with 429; else the batch as a whole is not settled
 * @param postpones whether what an event tells, and what cannot be so yet, is put off: what it needs is read later
 */
public record Room(int most, boolean turnsAway, boolean postpones) {

    /** No request waits and none is rejected: where one would have to, the batch is not settled. */
    public static final Room NONE = new Room(0, false);

    /** The same for a rebuild, as long as records are left that may have to be settled first. */
    public static final Room POSTPONING = new Room(0, false, true);

    /** One that postpones nothing. */
    public Room(int most, boolean turnsAway) {
        this(most, turnsAway, false);
    }

    /** Room for so many; those beyond are rejected. */
    public static Room turningAway(int most) {
        return new Room(most, true);
    }

    /** The same for a batch that is settled in parts: it cannot be put off as a whole any more. */
    Room inParts() {
        return most == 0 && !turnsAway ? this : turningAway(most);
    }

    /** What is left if so many wait. */
    Room without(int waiting) {
        return new Room(most - waiting, turnsAway, postpones);
    }
}
