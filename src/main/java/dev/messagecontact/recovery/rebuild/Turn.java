package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.fault.OperatorException;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * The turn of one rebuild: while it lasts, no other one of this database begins. It is a lock of a transaction that does
 * nothing else, since behind a pooler a lock of a session may be another's. Not thread-safe.
 */
final class Turn {

    /** The key of the lock: any number, the same in every process. */
    private static final long KEY = 0x7265627561696c64L;

    private final DSLContext transaction;

    private Turn(DSLContext transaction) {
        this.transaction = transaction;
    }

    /**
     * Does the work of a rebuild.
     *
     * @throws OperatorException if another one is at work
     */
    static <T> T during(DSLContext database, Function<Turn, T> work) {
        return database.transactionResult(tx -> {
            tx.dsl().execute("set local idle_in_transaction_session_timeout = 0");
            boolean isOurs = tx.dsl()
                    .select(DSL.function("pg_try_advisory_xact_lock", SQLDataType.BOOLEAN, DSL.inline(KEY)))
                    .fetchSingle()
                    .value1();
            if (!isOurs) {
                throw new OperatorException("another rebuild is at work on this database: wait until it has ended");
            }
            return work.apply(new Turn(tx.dsl()));
        });
    }

    /** Fails if the turn is over because its connection is lost; and keeps that from being idle for long. */
    void requireOurs() {
        transaction.selectOne().fetch();
    }
}
