package dev.messagecontact.directory;

import dev.messagecontact.settings.DatabaseSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.NullMarked;

/** Brings the database's schema up to date. */
@NullMarked
public final class Migration {

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
     * turns. Statements may take as long as they need, unlike the worker's.
     *
     * @throws org.flywaydb.core.api.FlywayException if the database does not answer or refuses one
     */
    public static Migrated migrate(DatabaseSettings database) {
        MigrateResult result = Flyway.configure()
                .dataSource(database.url(), database.username(), database.passwordText())
                .jdbcProperties(Map.of(
                        "connectTimeout", seconds(database.connectTimeout()),
                        "tcpKeepAlive", "true",
                        "ApplicationName", "message-contact-migrate"))
                .locations("classpath:db/migration")
                .failOnMissingLocations(true)
                .load()
                .migrate();
        List<String> applied =
                result.migrations.stream().map(Migration::version).toList();
        return new Migrated(applied.isEmpty() ? result.initialSchemaVersion : applied.get(applied.size() - 1), applied);
    }

    private static String version(MigrateOutput migration) {
        return migration.version;
    }

    private static String seconds(Duration duration) {
        return String.valueOf(duration.toSeconds());
    }
}
