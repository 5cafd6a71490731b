package dev.messagecontact.registration;

/**
 * Room for requests of a batch whose directory somebody else has locked: they wait.
 *
 * @param most how many may wait
 * @param turnsAway whether those beyond are rejected at once, with 429; else the batch as a whole is not settled
 */
public record Room(int most, boolean turnsAway) {

    /** Room for so many; those beyond are rejected. */
    public static Room turningAway(int most) {
        return new Room(most, true);
    }
}
