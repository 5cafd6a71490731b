package dev.messagecontact.directory;

import dev.messagecontact.database.batch.ArrayRows;
import org.jooq.Condition;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.WithStep;
import org.jooq.impl.DSL;

/**
 * Finds rows of a batch's directories by a column that is in no index: the rows of each directory are read once, and each is
 * looked up among the batch's rows, however many these are.
 */
final class InDirectories<T> {

    private static final Table<?> BATCH = DSL.table(DSL.name("batch"));

    private final ArrayRows<?> rows;
    private final TableField<?, String> directoryId;
    private final TableField<?, T> value;
    private final Table<?> directories;

    /**
     * @param directoryId the column of the table to search that has the directory's id
     * @param value its column that has what is looked up
     */
    InDirectories(ArrayRows<?> rows, TableField<?, String> directoryId, TableField<?, T> value) {
        this.rows = rows;
        this.directoryId = directoryId;
        this.value = value;
        directories = DSL.selectDistinct(rows.field(directoryId)).from(BATCH).asTable("directories");
    }

    /** What the statement begins with. */
    WithStep statement() {
        return DSL.with(BATCH.getName()).as(DSL.select(DSL.asterisk()).from(rows.table()));
    }

    /** To be joined with the table to search. */
    Table<?> directories() {
        return directories;
    }

    /** Whether the batch has a row with these values. With "is true" PostgreSQL hashes the batch; as a join it would loop. */
    Condition hold() {
        Condition isInBatch = DSL.row(directoryId, value)
                .in(DSL.select(rows.field(directoryId), rows.field(value)).from(BATCH));
        return directoryId.eq(directories.field(directoryId)).and(DSL.condition("({0}) is true", isInBatch));
    }
}
