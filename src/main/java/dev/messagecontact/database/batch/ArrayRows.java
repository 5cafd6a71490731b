package dev.messagecontact.database.batch;

import static org.jooq.impl.DSL.name;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.InsertOnDuplicateStep;
import org.jooq.Param;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A batch's rows as a table, one array per column: {@code unnest(?, ?, ...)}. However many rows, it is the same text with
 * the same number of binds, so PostgreSQL plans it once and no bind limit is ever near. Once all columns are added, any
 * thread may use it.
 */
public final class ArrayRows<R> {

    private static final String ALIAS = "batch";

    private final List<Column<R, ?>> columns = new ArrayList<>();
    private final Map<Field<?>, Field<?>> stored = new LinkedHashMap<>();

    /** Adds a column that is stored as it is. */
    public <T> ArrayRows<R> column(TableField<?, T> like, Function<R, @Nullable T> value) {
        return column(like, like.getDataType(), value, Function.identity());
    }

    /** Adds a column that is sent as one type and stored as another. */
    public <S, T> ArrayRows<R> column(
            TableField<?, T> like,
            DataType<S> sent,
            Function<R, @Nullable S> value,
            Function<Field<S>, Field<T>> expression) {
        DataType<S[]> array = sent.nullable(true).array();
        DataType<S[]> bound = array.asConvertedDataType(new DriverArray<>(sent.getCastTypeName(), array));
        // As a value's own type it is not null: jOOQ would make another such type for each value.
        columns.add(new Column<>(like.getName(), sent.getType(), bound.notNull(), value));
        stored.put(like, expression.apply(DSL.field(name(ALIAS, like.getName()), sent)));
        return this;
    }

    /** Adds what is stored with every row and is not sent. */
    public <T> ArrayRows<R> constant(TableField<?, T> field, T value) {
        stored.put(field, DSL.inline(value));
        return this;
    }

    /** The column of the batch that is stored as it is in this one. */
    public <T> Field<T> field(TableField<?, T> like) {
        return DSL.field(name(ALIAS, like.getName()), like.getDataType());
    }

    /** Whether these columns of a table have the values of a row of the batch, in the columns of the same names. */
    public Condition matches(TableField<?, ?>... columns) {
        return DSL.and(Arrays.stream(columns).map(this::isEqual).toList());
    }

    /** Whether a column has a value of the batch, whose rows have one column. */
    public Condition isAmong(Field<?> column) {
        return DSL.condition("{0} = any({1})", column, binds(List.of())[0]);
    }

    private <T> Condition isEqual(TableField<?, T> column) {
        return column.eq(field(column));
    }

    /** The column of the batch as it is stored. */
    @SuppressWarnings("unchecked") // as it was put there
    public <T> Field<T> stored(TableField<?, T> like) {
        return (Field<T>) Objects.requireNonNull(stored.get(like));
    }

    /** Stores every row, in this order. */
    public <T extends Record> InsertOnDuplicateStep<T> insertInto(Table<T> table, Field<?>... order) {
        return DSL.insertInto(table, stored.keySet())
                .select(DSL.select(stored.values()).from(table()).orderBy(order));
    }

    /** Stores every row that meets the condition, in no particular order. */
    public <T extends Record> InsertOnDuplicateStep<T> insertWhere(Table<T> table, Condition condition) {
        return DSL.insertInto(table, stored.keySet())
                .select(DSL.select(stored.values()).from(table()).where(condition));
    }

    /** The rows with empty arrays, for a statement's text. */
    public Table<?> table() {
        String binds =
                IntStream.range(0, columns.size()).mapToObj(i -> "{" + i + "}").collect(Collectors.joining(", "));
        String names = columns.stream().map(c -> "\"" + c.name + "\"").collect(Collectors.joining(", "));
        return DSL.table("unnest(" + binds + ") as \"" + ALIAS + "\"(" + names + ")", (Object[]) binds(List.of()));
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
