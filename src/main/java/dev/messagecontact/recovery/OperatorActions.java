package dev.messagecontact.recovery;

import static dev.messagecontact.database.schema.Tables.OPERATOR_ACTION;

import dev.messagecontact.fault.OperatorException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/** Records in the database who ran a command that changes rows or publishes, when, and how it ended. Thread-safe. */
public final class OperatorActions {

    private final DSLContext database;
    private final InstantSource clock;

    public OperatorActions(DSLContext database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Does the work between two notes in the database. A process that is killed leaves an action without an end.
     *
     * @param command as the operator typed it
     * @param startedBy user and host
     * @param outcome says how the work ended, without personal data
     */
    public <T> T record(String command, String startedBy, Supplier<T> work, Function<T, String> outcome) {
        UUID id = begin(command, startedBy);
        T result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            end(
                    id,
                    "failed: "
                            + (e instanceof OperatorException
                                    ? e.getMessage()
                                    : e.getClass().getSimpleName()));
            throw e;
        }
        end(id, outcome.apply(result));
        return result;
    }

    private UUID begin(String command, String startedBy) {
        UUID id = UUID.randomUUID();
        database.insertInto(OPERATOR_ACTION)
                .set(OPERATOR_ACTION.ID, id)
                .set(OPERATOR_ACTION.COMMAND, command)
                .set(OPERATOR_ACTION.STARTED_BY, startedBy)
                .set(OPERATOR_ACTION.STARTED_AT, clock.instant().atOffset(ZoneOffset.UTC))
                .execute();
        return id;
    }

    private void end(UUID id, String outcome) {
        database.update(OPERATOR_ACTION)
                .set(OPERATOR_ACTION.ENDED_AT, clock.instant().atOffset(ZoneOffset.UTC))
                .set(OPERATOR_ACTION.OUTCOME, outcome)
                .where(OPERATOR_ACTION.ID.eq(id))
                .execute();
    }
}
