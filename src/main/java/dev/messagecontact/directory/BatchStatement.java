package dev.messagecontact.directory;

import dev.messagecontact.database.Database;
import java.util.Collection;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * A statement about a batch's rows. jOOQ renders its text once: for a batch of a few commands that costs more than all else
 * in its transaction. Any thread may use it.
 */
final class BatchStatement<R> {

    private final ArrayRows<R> rows;
    private final String sql;
    private final Field<?>[] result;

    /**
     * Renders it.
     *
     * @param statement has the rows' table in it, and no other bind values
     * @param result the columns that it returns, if any
     */
    BatchStatement(ArrayRows<R> rows, Query statement, Field<?>... result) {
        this.rows = rows;
        this.sql = DSL.using(SQLDialect.POSTGRES, Database.SQL).render(statement);
        this.result = result;
    }

    void execute(DSLContext tx, Collection<R> batch) {
        tx.query(sql, (Object[]) rows.binds(batch)).execute();
    }

    Result<Record> fetch(DSLContext tx, Collection<R> batch) {
        return tx.resultQuery(sql, (Object[]) rows.binds(batch)).coerce(result).fetch();
    }
}
