package dev.messagecontact.directory;

import static org.jooq.impl.DSL.name;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A batch's rows as a table, one array per column: {@code unnest(?, ?, ...)}. However many rows, it is the same text with
 * the same number of binds, so PostgreSQL plans it once and no bind limit is ever near. Once all columns are added, any
 * thread may use it.
 */
final class ArrayRows<R> {

    private final String alias;
    private final List<Column<R, ?>> columns = new ArrayList<>();

    private ArrayRows(String alias) {
        this.alias = alias;
    }

    static <R> ArrayRows<R> of(String alias) {
        return new ArrayRows<>(alias);
    }

    /** Adds a column of a stored column's name and type. */
    <T> ArrayRows<R> column(TableField<?, T> like, Function<R, @Nullable T> value) {
        return column(like.getName(), like.getDataType(), value);
    }

    <T> ArrayRows<R> column(String columnName, DataType<T> type, Function<R, @Nullable T> value) {
        DataType<T[]> array = type.nullable(true).array();
        DataType<T[]> sent = array.asConvertedDataType(new DriverArray<>(type.getCastTypeName(), array));
        // As a value's own type it is not null: jOOQ would make another such type for each value.
        columns.add(new Column<>(columnName, type.getType(), sent.notNull(), value));
        return this;
    }

    <T> Field<T> field(TableField<?, T> like) {
        return field(like.getName(), like.getDataType());
    }

    <T> Field<T> field(String columnName, DataType<T> type) {
        return DSL.field(name(alias, columnName), type);
    }

    /** With empty arrays: for a statement's text. */
    Table<?> table() {
        String binds =
                IntStream.range(0, columns.size()).mapToObj(i -> "{" + i + "}").collect(Collectors.joining(", "));
        String names = columns.stream().map(c -> "\"" + c.name + "\"").collect(Collectors.joining(", "));
        return DSL.table("unnest(" + binds + ") as \"" + alias + "\"(" + names + ")", (Object[]) binds(List.of()));
    }

    /** The arrays of these rows, in the order of the columns. */
    Param<?>[] binds(Collection<R> rows) {
        return columns.stream().map(column -> column.bind(rows)).toArray(Param<?>[]::new);
    }

    private record Column<R, T>(String name, Class<T> type, DataType<T[]> array, Function<R, @Nullable T> value) {

        Param<T[]> bind(Collection<R> rows) {
            @SuppressWarnings("unchecked") // by the class of its elements
            T[] values = (T[]) Array.newInstance(type, rows.size());
            int row = 0;
            for (R each : rows) {
                values[row++] = value.apply(each);
            }
            return DSL.val(values, array);
        }
    }
}
