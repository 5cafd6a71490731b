package dev.messagecontact.fault;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the database means for a batch, by its SQLSTATE (PostgreSQL manual, appendix A, "PostgreSQL Error
 * Codes"). The table in {@code ops/faults.md} says the same to operators.
 */
public enum DatabaseFault {
    /** The data of some row is at fault: only without that row will the batch ever succeed. */
    DATA("22", "23", "P0001"),
    /** Two transactions were in each other's way, or one took too long: the same batch can succeed at once. */
    CONFLICT("40", "55P03", "57014"),
    /** The server denies access; the worker continues when an operator has granted it. */
    REFUSED("28", "3D", "3F", "42", "0A", "0L", "0P"),
    /** The server or the way to it is gone, out of resources, or no longer the one to write to. */
    OUTAGE("08", "25", "53", "54", "57P", "58", "XX"),
    /** Not a failure of the database: no SQL exception caused it. */
    BUG;

    private static final String TOOK_TOO_LONG = "57014";

    /**
     * What a statement may meet in the rows of one command alone: too much time, more than the server allows, an error of a
     * trigger's own, a page that cannot be read.
     */
    private static final List<String> OF_ONE_COMMAND = List.of(TOOK_TOO_LONG, "54", "P0", "58030", "XX");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> prefixes;

    DatabaseFault(String... prefixes) {
        this.prefixes = List.of(prefixes);
    }

    /** What this failure means. A failure that PostgreSQL's codes do not explain counts as an outage: no command is given up for it. */
    public static DatabaseFault of(DataAccessException failure) {
        SQLException cause = failure.getCause(SQLException.class);
        return cause == null ? BUG : of(cause.getSQLState());
    }

    /**
     * Whether the failure may concern one command alone, so that others succeed without it; true as well of a SQLSTATE that
     * nobody here knows, as triggers may have their own.
     */
    public static boolean mayBeOfOneCommand(DataAccessException failure) {
        SQLException cause = failure.getCause(SQLException.class);
        String sqlState = cause == null ? null : cause.getSQLState();
        return sqlState != null && (OF_ONE_COMMAND.stream().anyMatch(sqlState::startsWith) || isUnknown(sqlState));
    }

    private static boolean isUnknown(String sqlState) {
        return Stream.of(values()).noneMatch(fault -> fault.covers(sqlState));
    }

    /** The explanation of a SQLSTATE for an operator; empty if it needs none. */
    static String meaning(String sqlState) {
        return switch (sqlState) {
            case TOOK_TOO_LONG -> " (a statement took longer than DATABASE_STATEMENT_TIMEOUT)";
            case "55P03" -> " (a lock was not free within DATABASE_LOCK_TIMEOUT)";
            case "25006" -> " (the server is read-only: no longer the primary)";
            default -> "";
        };
    }

    /** What a SQLSTATE means; null, for a failure that never reached the server, is an outage. */
    public static DatabaseFault of(@Nullable String sqlState) {
        if (sqlState != null) {
            for (DatabaseFault fault : values()) {
                if (fault.covers(sqlState)) {
                    return fault;
                }
            }
        }
        return OUTAGE;
    }

    /** What the SQLSTATEs of this kind begin with. */
    List<String> prefixes() {
        return prefixes;
    }

    private boolean covers(String sqlState) {
        return prefixes.stream().anyMatch(sqlState::startsWith);
    }
}
