package dev.messagecontact.database;

import dev.messagecontact.fault.OperatorException;
import java.util.HashSet;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** The table in which Flyway notes what was applied, in a schema that we may share with others. */
final class SchemaHistory {

    /** The history of this program alone. */
    static final String TABLE = "message_contact_schema_history";

    /** Flyway's default name, which the first releases of this program used too. */
    private static final String SHARED_TABLE = "flyway_schema_history";

    private static final String FIRST_TABLE = "resource_directory";

    private final DSLContext session;
    private final Set<String> scripts;

    /** @param scripts the names of all our migrations */
    SchemaHistory(DSLContext session, Set<String> scripts) {
        this.session = session;
        this.scripts = scripts;
    }

    /**
     * Renames this program's history if it has the shared name; another program's history stays as it is.
     *
     * @throws OperatorException if it holds migrations of this program and others, or is missing although the tables exist
     */
    void adopt() {
        if (exists(TABLE)) {
            return;
        }
        Set<String> applied = exists(SHARED_TABLE) ? applied() : Set.of();
        if (applied.stream().anyMatch(scripts::contains)) {
            requireOnlyOurs(applied);
            rename();
        } else if (exists(FIRST_TABLE)) {
            throw new OperatorException(
                    ("the schema has a table %s but no %s, the list of applied migrations: restore that table too, "
                                    + "or use another schema")
                            .formatted(FIRST_TABLE, TABLE));
        }
    }

    private boolean exists(String table) {
        return session.fetchSingle(
                        "select exists (select from pg_class where relname = ? and relnamespace ="
                                + " quote_ident(current_schema())::regnamespace)",
                        table)
                .into(boolean.class);
    }

    private Set<String> applied() {
        return new HashSet<>(session.select(DSL.field("script", String.class))
                .from(SHARED_TABLE)
                .where("version is not null")
                .fetchInto(String.class));
    }

    private void requireOnlyOurs(Set<String> applied) {
        if (!scripts.containsAll(applied)) {
            throw new OperatorException(
                    ("%s holds migrations of this program and others: copy those of this program, V1__ to V%d__, to "
                                    + "a table %s with the same columns, and delete them from the first")
                            .formatted(SHARED_TABLE, scripts.size(), TABLE));
        }
    }

    /** Renames its indexes too, because another history with the shared name needs their names. */
    private void rename() {
        session.transaction(tx -> {
            tx.dsl().execute("alter table " + SHARED_TABLE + " rename to " + TABLE);
            for (String index : new String[] {"_pk", "_s_idx"}) {
                tx.dsl().execute("alter index if exists " + SHARED_TABLE + index + " rename to " + TABLE + index);
            }
        });
    }
}
