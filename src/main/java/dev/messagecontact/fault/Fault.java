package dev.messagecontact.fault;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** Describes a failure in words that contain no value of a command. */
public final class Fault {

    private static final int LONGEST_MESSAGE = 300;

    private Fault() {}

    /**
     * What happened, in one line. For the database it is the kind and the SQLSTATE, because a message of the server may quote a
     * value; if there was no session yet, it is the message too. For Kafka it is the kind and the message, which names topics,
     * groups, partitions and brokers, never a record's content.
     */
    public static String describe(Throwable fault) {
        if (fault instanceof DataAccessException database) {
            return "database: " + ofDatabase(database);
        }
        if (fault instanceof KafkaException) {
            return "Kafka: " + fault.getClass().getSimpleName() + ": " + message(fault);
        }
        return message(fault);
    }

    /** What happened in the database, as {@link #describe} has it after its first word. */
    public static String ofDatabase(DataAccessException fault) {
        LoginFailure login = fault.getCause(LoginFailure.class);
        if (login != null) {
            return "no session: %s, SQLSTATE %s".formatted(login.getMessage(), login.getSQLState());
        }
        if (fault instanceof StandbyWaitException) {
            return "%s, SQLSTATE %s".formatted(fault.getMessage(), fault.sqlState());
        }
        SQLException cause = fault.getCause(SQLException.class);
        Exception kind = cause == null ? fault : cause;
        return kind.getClass().getSimpleName() + ", SQLSTATE " + fault.sqlState()
                + DatabaseFault.meaning(fault.sqlState());
    }

    /**
     * What failed and where, without any exception's message, which may quote a command: a SQLSTATE, or a class and a
     * place in the code.
     */
    public static String withoutMessage(Throwable failure) {
        if (failure instanceof DataAccessException database && database.getCause(SQLException.class) != null) {
            return "SQLSTATE " + database.sqlState();
        }
        String place = Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.messagecontact."))
                .findFirst()
                .map(StackTraceElement::toString)
                .orElseGet(() -> Arrays.stream(failure.getStackTrace())
                        .findFirst()
                        .map(StackTraceElement::toString)
                        .orElse("elsewhere"));
        return failure.getClass().getName() + " at " + place;
    }

    /** The message of an exception of a Kafka client or of this program, and of its cause; one line, shortened. */
    public static String message(@Nullable Throwable fault) {
        if (fault == null) {
            return "no reason given";
        }
        Optional<String> denied = AccessDeniedException.in(fault);
        if (denied.isPresent()) {
            return denied.get();
        }
        String own = String.valueOf(fault.getMessage()).strip().replaceAll("\\s+", " ");
        String all =
                fault.getCause() instanceof KafkaException cause && !own.contains(String.valueOf(cause.getMessage()))
                        ? own + " Caused by " + cause.getClass().getSimpleName() + ": " + message(cause)
                        : own;
        return all.length() <= LONGEST_MESSAGE ? all : all.substring(0, LONGEST_MESSAGE) + "...";
    }
}
