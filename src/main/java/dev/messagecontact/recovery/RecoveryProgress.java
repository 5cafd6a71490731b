package dev.messagecontact.recovery;

/** Hears how a recovery goes on. */
@FunctionalInterface
public interface RecoveryProgress {

    /**
     * So many offsets are behind us.
     *
     * @param done from 0 to total
     */
    void at(long done, long total);
}
