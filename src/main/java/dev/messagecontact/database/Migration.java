package dev.messagecontact.database;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.DatabaseSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.core.api.output.MigrateResult;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Brings the database's schema up to date. */
@NullMarked
public final class Migration {

    /** Any number, the same in every process. */
    private static final long TURN = 0x6d65737361676563L;

    private Migration() {}

    /**
     * What a migration did.
     *
     * @param version of the schema now
     * @param applied the versions that were missing, in order; empty if it was up to date
     */
    public record Migrated(String version, List<String> applied) {

        public Migrated {
            applied = List.copyOf(applied);
        }
    }

    /**
     * Applies the migrations that are missing, each in a transaction. Several processes may do it at once: they take
     * turns. Statements may take as long as they need, unlike the worker's, but wait only seconds for a lock. Other
     * tables in the schema are left alone.
     *
     * @throws OperatorException if the database does not answer, refuses one, or holds what does not fit
     */
    public static Migrated migrate(DatabaseSettings database) {
        try (Connection turn = Sessions.unbounded(database).getConnection()) {
            DSLContext session = DSL.using(turn, SQLDialect.POSTGRES, Database.SQL);
            ServerEncoding.problem(session).ifPresent(problem -> {
                throw new OperatorException("the database at %s: %s".formatted(database.printableUrl(), problem));
            });
            requireSchema(session);
            session.execute("select pg_advisory_lock(?)", TURN); // until the session ends
            Flyway flyway = flyway(Sessions.forMigrations(database));
            new SchemaHistory(session, scripts(flyway)).adopt();
            return migrated(flyway);
        } catch (SQLException | DataAccessException | FlywayException e) {
            throw new OperatorException("the database at %s: %s".formatted(database.printableUrl(), reason(e)), e);
        }
    }

    /** Flyway would make it, and an empty schema beside the one that was meant. */
    private static void requireSchema(DSLContext session) {
        Record found = session.fetchSingle("select current_schema(), current_setting('search_path')");
        if (found.get(0) == null) {
            throw new OperatorException(
                    "there is no schema %s: create it, or correct currentSchema in DATABASE_URL or the role's search_path"
                            .formatted(found.get(1)));
        }
    }

    private static Flyway flyway(DataSource sessions) {
        return Flyway.configure()
                .dataSource(sessions)
                .locations("classpath:db/migration")
                .failOnMissingLocations(true)
                .table(SchemaHistory.TABLE)
                // The schema may hold tables of others.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
    }

    private static Set<String> scripts(Flyway flyway) {
        return Arrays.stream(flyway.info().all()).map(MigrationInfo::getScript).collect(Collectors.toSet());
    }

    private static Migrated migrated(Flyway flyway) {
        MigrateResult result = flyway.migrate();
        List<String> applied =
                result.migrations.stream().map(Migration::version).toList();
        return new Migrated(applied.isEmpty() ? result.initialSchemaVersion : applied.get(applied.size() - 1), applied);
    }

    private static String version(MigrateOutput migration) {
        return migration.version;
    }

    /** The message of the server, the driver or this program: Flyway's own gives advice about commands that do not exist here. */
    private static String reason(Exception failure) {
        String reason = failure instanceof FlywayValidateException
                ? "the migrations that %s lists as applied are not those of this release".formatted(SchemaHistory.TABLE)
                : "the schema could not be brought up to date";
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException && cause.getMessage() != null) {
                reason = cause.getMessage();
            }
        }
        return reason.strip().lines().findFirst().orElse("no reason given");
    }
}
