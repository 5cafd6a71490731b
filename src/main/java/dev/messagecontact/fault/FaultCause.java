package dev.messagecontact.fault;

import java.util.Locale;
import org.jooq.exception.DataAccessException;

/** Why a batch failed and its lane waits before the next attempt. */
public enum FaultCause {
    /** The database or the way to it is gone or out of resources, or it is not as it was when the batch began. */
    DATABASE,
    /** The database denies access: rights, password, schema. */
    REFUSED,
    /** Another transaction conflicted, or this one took too long. */
    CONFLICT,
    /** The data of some row, where no single command could be blamed. */
    DATA,
    /** The broker refused it, or did not answer; or a topic that commands are taken from was recreated. */
    KAFKA,
    /** A bug of this program. */
    BUG;

    /** The cause of this failure of a batch. */
    public static FaultCause of(RuntimeException fault) {
        if (fault instanceof ReceiptMismatchException) {
            return DATABASE;
        }
        return fault instanceof DataAccessException database ? of(DatabaseFault.of(database)) : KAFKA;
    }

    private static FaultCause of(DatabaseFault fault) {
        return switch (fault) {
            case DATA -> DATA;
            case CONFLICT -> CONFLICT;
            case REFUSED -> REFUSED;
            case OUTAGE -> DATABASE;
            case BUG -> BUG;
        };
    }

    public boolean isOfDatabase() {
        return this == DATABASE || this == REFUSED || this == CONFLICT || this == DATA;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
