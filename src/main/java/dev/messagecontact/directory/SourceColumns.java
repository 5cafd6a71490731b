package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;

import dev.messagecontact.command.RecordId;
import java.util.Objects;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;

/** The columns that name the record which a row comes from. Contacts, rejections, refusals and actions all have them. */
public record SourceColumns(Field<UUID> topic, Field<Integer> partition, Field<Long> offset) {

    /** Those of a table. */
    public static SourceColumns of(Table<?> table) {
        return new SourceColumns(
                find(table, MESSAGE_CONTACT.SOURCE_TOPIC),
                find(table, MESSAGE_CONTACT.SOURCE_PARTITION),
                find(table, MESSAGE_CONTACT.SOURCE_OFFSET));
    }

    /** The record that a row comes from. */
    RecordId in(Record row) {
        return new RecordId(row.get(topic), row.get(partition), row.get(offset));
    }

    private static <T> Field<T> find(Table<?> table, Field<T> sameName) {
        return Objects.requireNonNull(table.field(sameName));
    }
}
