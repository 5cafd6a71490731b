package dev.messagecontact.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator expects brokers and database to keep.
 *
 * @param backupInterval how far two backups of the database are apart at most; null if that is not to be compared
 */
public record DurabilitySettings(
        Durability durability, @Nullable Duration backupInterval) {

    /** Whether brokers and database must keep what they have acknowledged. */
    public boolean isExpected() {
        return durability == Durability.EXPECTED;
    }
}
