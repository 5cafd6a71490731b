package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.database.batch.ArrayRows;
import dev.messagecontact.database.batch.BatchStatement;
import dev.messagecontact.directory.Rows.NewRefusal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.impl.SQLDataType;

/** The refusals, by the record's position. */
final class Refusals {

    private static final ArrayRows<RecordId> POSITIONS = new ArrayRows<RecordId>()
            .column(FIELD_REFUSAL.SOURCE_TOPIC, RecordId::topicId)
            .column(FIELD_REFUSAL.SOURCE_PARTITION, RecordId::partition)
            .column(FIELD_REFUSAL.SOURCE_OFFSET, RecordId::offset);

    private static final ArrayRows<NewRefusal> ROWS = new ArrayRows<NewRefusal>()
            .column(FIELD_REFUSAL.SOURCE_TOPIC, r -> r.source().topicId())
            .column(FIELD_REFUSAL.SOURCE_PARTITION, r -> r.source().partition())
            .column(FIELD_REFUSAL.SOURCE_OFFSET, r -> r.source().offset())
            .column(FIELD_REFUSAL.CODES, SQLDataType.VARCHAR, Refusals::joined, Refusals::split)
            .column(FIELD_REFUSAL.REFUSED_AT, SQLDataType.BIGINT, NewRefusal::refusedAt, DirectoryStatements::instant);

    private static final SourceColumns SOURCE = SourceColumns.of(FIELD_REFUSAL);

    private static final Field<?>[] COLUMNS = {
        FIELD_REFUSAL.SOURCE_TOPIC, FIELD_REFUSAL.SOURCE_PARTITION, FIELD_REFUSAL.SOURCE_OFFSET, FIELD_REFUSAL.CODES
    };

    /** The answers to these records, where there are any. */
    static final BatchStatement<RecordId> LOAD = new BatchStatement<>(POSITIONS, load(), COLUMNS);

    /** Passes over what is stored already: a record that is met again after a crash. */
    static final BatchStatement<NewRefusal> INSERT =
            new BatchStatement<>(ROWS, ROWS.insertInto(FIELD_REFUSAL).onConflictDoNothing());

    private Refusals() {}

    static RecordId source(Record row) {
        return SOURCE.in(row);
    }

    static List<ErrorCode> codes(Record row) {
        return Arrays.stream(row.get(FIELD_REFUSAL.CODES)).map(ErrorCode::of).toList();
    }

    private static Query load() {
        return select(COLUMNS)
                .from(POSITIONS.table())
                .join(FIELD_REFUSAL)
                .on(POSITIONS.matches(
                        FIELD_REFUSAL.SOURCE_TOPIC, FIELD_REFUSAL.SOURCE_PARTITION, FIELD_REFUSAL.SOURCE_OFFSET));
    }

    /** unnest would flatten an array of arrays, so the codes travel as one text. */
    private static String joined(NewRefusal row) {
        return row.codes().stream().map(ErrorCode::code).collect(Collectors.joining(","));
    }

    private static Field<String[]> split(Field<String> joined) {
        return field("string_to_array({0}, ',')", FIELD_REFUSAL.CODES.getDataType(), joined);
    }
}
