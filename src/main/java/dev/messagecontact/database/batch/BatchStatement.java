package dev.messagecontact.database.batch;

import dev.messagecontact.database.Database;
import java.util.Collection;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.Query;
import org.jooq.QueryPart;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.impl.CustomQueryPart;
import org.jooq.impl.DSL;

/**
 * A statement about a batch's rows. jOOQ renders its text once: for a batch of a few commands that costs more than all else
 * in its transaction. Any thread may use it.
 */
public final class BatchStatement<R> {

    private final ArrayRows<R> rows;
    private final String[] aroundBinds;
    private final Field<?>[] result;

    /**
     * Renders it.
     *
     * @param statement has the rows' table in it, and no other bind values
     * @param result the columns that it returns, if any
     */
    public BatchStatement(ArrayRows<R> rows, Query statement, Field<?>... result) {
        this.rows = rows;
        this.aroundBinds =
                DSL.using(SQLDialect.POSTGRES, Database.SQL).render(statement).split("\\?", -1);
        this.result = result;
    }

    /** Executes it for these rows. */
    public void execute(DSLContext tx, Collection<R> batch) {
        tx.query("{0}", text(rows.binds(batch))).execute();
    }

    /** Executes it for these rows; gives the result columns. */
    public Result<Record> fetch(DSLContext tx, Collection<R> batch) {
        return tx.resultQuery("{0}", text(rows.binds(batch))).coerce(result).fetch();
    }

    /** The text in pieces: jOOQ would look for the binds in a text, character by character, each time. */
    private QueryPart text(Param<?>[] binds) {
        return CustomQueryPart.of(context -> {
            context.sql(aroundBinds[0]);
            for (int i = 0; i < binds.length; i++) {
                context.visit(binds[i]).sql(aroundBinds[i + 1]);
            }
        });
    }
}
