package dev.messagecontact.registration;

import java.sql.SQLException;
import java.util.Arrays;
import org.jooq.exception.DataAccessException;

/** What went wrong, for the log: never an exception's message, which may quote the data. */
final class Cause {

    private Cause() {}

    static String of(Throwable failure) {
        if (failure instanceof DataAccessException database && database.getCause(SQLException.class) != null) {
            return "SQLSTATE " + database.sqlState();
        }
        String place = Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.messagecontact."))
                .findFirst()
                .map(StackTraceElement::toString)
                .orElse("elsewhere");
        return failure.getClass().getName() + " at " + place;
    }
}
