package dev.messagecontact.directory;

import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings the schema up to date. Instances that do it at the same time wait for each other. */
public final class Migration {

    private Migration() {}

    /**
     * Applies what the schema lacks.
     *
     * @return the versions applied, in order; empty if the schema was up to date
     * @throws org.flywaydb.core.api.FlywayException if the database does not answer or a migration fails
     */
    public static List<String> migrate(String url, String username, String password) {
        MigrateResult result = Flyway.configure()
                .dataSource(url, username, password)
                .locations("classpath:db/migration")
                .load()
                .migrate();
        return result.migrations.stream().map(Migration::name).toList();
    }

    private static String name(MigrateOutput migration) {
        return migration.version + " " + migration.description;
    }
}
