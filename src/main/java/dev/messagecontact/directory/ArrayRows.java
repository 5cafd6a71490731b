package dev.messagecontact.directory;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.QueryPart;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/**
 * A batch's values as a table, one array per column: {@code unnest(?, ?, ...)}. However many rows, it is the same text
 * with the same number of binds, so PostgreSQL plans it once and no bind limit is ever near.
 */
final class ArrayRows {

    private final String alias;
    private final List<String> names = new ArrayList<>();
    private final List<QueryPart> arrays = new ArrayList<>();

    private ArrayRows(String alias) {
        this.alias = alias;
    }

    static ArrayRows of(String alias) {
        return new ArrayRows(alias);
    }

    /** Adds a column of a stored column's name and type. */
    <T> ArrayRows column(TableField<?, T> like, T[] values) {
        return column(like.getName(), like.getDataType(), values);
    }

    <T> ArrayRows column(String columnName, DataType<T> type, T[] values) {
        names.add(columnName);
        DataType<T[]> array = type.nullable(true).array();
        arrays.add(DSL.val(values, array.asConvertedDataType(new DriverArray<>(type.getCastTypeName(), array))));
        return this;
    }

    <T> Field<T> field(TableField<?, T> like) {
        return field(like.getName(), like.getDataType());
    }

    <T> Field<T> field(String columnName, DataType<T> type) {
        return DSL.field(name(alias, columnName), type);
    }

    Table<?> table() {
        String binds =
                IntStream.range(0, arrays.size()).mapToObj(i -> "{" + i + "}").collect(Collectors.joining(", "));
        String columns = names.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(", "));
        return DSL.table(
                "unnest(" + binds + ") as \"" + alias + "\"(" + columns + ")", arrays.toArray(QueryPart[]::new));
    }
}
