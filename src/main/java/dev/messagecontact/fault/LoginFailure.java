package dev.messagecontact.fault;

import java.sql.SQLException;
import java.util.Optional;

/**
 * No session with the database could be opened. That is never the fault of a row, whatever code a login trigger or a
 * setting gave it: a code that would blame one is {@link #REJECTED} here. Its message is one line without personal
 * data: no command has reached the server yet.
 */
public final class LoginFailure extends SQLException {

    /** "The server rejected the establishment of the connection". */
    static final String REJECTED = "08004";

    /** "Feature not supported": a pooler between worker and server keeps no session. */
    public static final String NOT_SUPPORTED = "0A000";

    /** "Invalid authorization specification". */
    static final String NO_CREDENTIALS = "28000";

    /** A failure of our own: a session that does not hold what it must. */
    public LoginFailure(String line, String sqlState) {
        super(line, sqlState);
    }

    private LoginFailure(String line, String sqlState, Exception cause) {
        super(line, sqlState, cause);
    }

    /** What this exception, met while a session was opened, comes to. */
    public static LoginFailure of(Exception failure) {
        if (failure instanceof LoginFailure known) {
            return known;
        }
        String line = Optional.ofNullable(failure.getMessage())
                .flatMap(message -> message.strip().lines().findFirst())
                .orElse(failure.getClass().getSimpleName());
        if (!(failure instanceof SQLException refusal)) {
            return new LoginFailure(line, NO_CREDENTIALS, failure);
        }
        String state = refusal.getSQLState();
        return switch (DatabaseFault.of(state)) {
            case REFUSED, OUTAGE -> new LoginFailure(line, state == null ? REJECTED : state, failure);
            case DATA, CONFLICT, BUG -> new LoginFailure(line + " (" + state + " at the login)", REJECTED, failure);
        };
    }
}
