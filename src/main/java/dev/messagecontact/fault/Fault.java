package dev.messagecontact.fault;

import java.sql.SQLException;
import org.apache.kafka.common.KafkaException;
import org.jooq.exception.DataAccessException;

/** What went wrong outside of us, in words that hold no value of any command. */
public final class Fault {

    private Fault() {}

    /** Its kind and, for the database, its SQLSTATE: never a message, which may quote what was to be stored. */
    public static String describe(Throwable fault) {
        if (fault instanceof DataAccessException database) {
            SQLException cause = database.getCause(SQLException.class);
            return "database: "
                    + (cause == null
                            ? fault.getClass().getSimpleName()
                            : cause.getClass().getSimpleName()) + ", SQLSTATE " + database.sqlState();
        }
        if (AccessDeniedException.in(fault).isPresent()) {
            return "Kafka: " + AccessDeniedException.in(fault).get();
        }
        Throwable cause = fault.getCause();
        String because =
                cause instanceof KafkaException ? ", " + cause.getClass().getSimpleName() : "";
        return "Kafka: " + fault.getClass().getSimpleName() + because;
    }
}
