package dev.messagecontact.database.batch;

import java.sql.SQLException;
import org.jooq.BindingGetResultSetContext;
import org.jooq.BindingSQLContext;
import org.jooq.BindingSetStatementContext;
import org.jooq.Converter;
import org.jooq.Converters;
import org.jooq.DataType;
import org.jooq.impl.AbstractBinding;

/**
 * An array that the driver writes, in PostgreSQL's binary format where it can: jOOQ's own way is one long text, which
 * costs more to write and to read than all else in a batch's transaction.
 */
public final class DriverArray<T> extends AbstractBinding<T[], T[]> {

    private static final long serialVersionUID = 1L;

    private final String elementType;
    private final Class<T[]> type;

    /** An array of this type of elements, as PostgreSQL names it. */
    public DriverArray(String elementType, DataType<T[]> array) {
        this.elementType = elementType;
        this.type = array.getType();
    }

    @Override
    public Converter<T[], T[]> converter() {
        return Converters.identity(type);
    }

    @Override
    protected void sqlBind(BindingSQLContext<T[]> context) {
        context.render().sql(context.variable());
    }

    @Override
    public void set(BindingSetStatementContext<T[]> context) throws SQLException {
        var connection = context.statement().getConnection();
        context.statement().setArray(context.index(), connection.createArrayOf(elementType, context.value()));
    }

    @Override
    public void get(BindingGetResultSetContext<T[]> context) {
        throw new UnsupportedOperationException("arrays are only sent");
    }
}
