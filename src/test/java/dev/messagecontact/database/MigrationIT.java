package dev.messagecontact.database;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.TestDatabase;
import dev.messagecontact.support.TestServices;
import java.io.File;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** {@code contacts migrate} on schemas that are not empty. */
class MigrationIT {

    private static final List<String> ALL = versions();
    private static final String LATEST = ALL.get(ALL.size() - 1);

    private TestDatabase database = TestServices.emptyDatabase();

    @Test
    void other_tables_and_another_history_are_left_alone() throws SQLException {
        run("create table theirs (id int)");
        run("create table flyway_schema_history as select 1 as version, 'V1__theirs.sql' as script");

        assertEquals(ALL, migrate().applied());
        assertEquals(List.of(), migrate().applied());
        assertEquals(LATEST, migrate().version());
        assertEquals(List.of("V1__theirs.sql"), query("select script from flyway_schema_history"));
    }

    @Test
    void a_history_of_ours_under_the_shared_name_is_taken_over_and_the_name_is_free_again() throws SQLException {
        asFirstReleases(LATEST).migrate();

        assertEquals(new Migration.Migrated(LATEST, List.of()), migrate());

        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .locations(new String[0])
                .baselineOnMigrate(true)
                .load()
                .migrate();
        assertEquals(
                List.of("<< Flyway Baseline >>"), query("select script from flyway_schema_history"), "somebody else's");
    }

    @Test
    void a_history_of_an_older_release_is_taken_over_and_goes_on() {
        asFirstReleases("1").migrate();

        assertEquals(new Migration.Migrated(LATEST, ALL.subList(1, ALL.size())), migrate());
    }

    @Test
    void what_does_not_fit_is_told_in_words_that_an_operator_can_use() throws SQLException {
        migrate();
        run("update message_contact_schema_history set checksum = 1 where version = '2'");
        assertEquals(
                "the migrations that message_contact_schema_history lists as applied are not those of this "
                        + "release",
                refusal());

        run("drop table message_contact_schema_history");
        assertEquals(
                "the schema has a table resource_directory but no message_contact_schema_history, the list of "
                        + "applied migrations: restore that table too, or use another schema",
                refusal());

        run("create table flyway_schema_history as select *, '1' as version from unnest(array['V1__theirs.sql',"
                + " 'V1__directories_and_contacts.sql']) as script");
        assertEquals(
                "flyway_schema_history holds migrations of this program and others: copy those of this program, "
                        + "V1__ to V" + ALL.size()
                        + "__, to a table message_contact_schema_history with the same columns, and delete them from the "
                        + "first",
                refusal());
    }

    @Test
    void the_schema_may_have_a_name_that_needs_quotes() throws SQLException {
        run("create schema \"Contacts\"");
        database = database.with("?currentSchema=%22Contacts%22");
        assertEquals(LATEST, migrate().version());
        assertEquals(LATEST, migrate().version());
        assertEquals(
                List.of("Contacts"), query("select schemaname from pg_tables where tablename = 'message_contact'"));
    }

    @Test
    void a_schema_that_is_not_there_is_not_made() throws SQLException {
        database = database.with("?currentSchema=nothere");
        assertEquals(
                "there is no schema nothere: create it, or correct currentSchema in DATABASE_URL or the role's search_path",
                refusal());
        assertEquals(List.of(), query("select nspname from pg_namespace where nspname = 'nothere'"));
    }

    @Test
    void a_database_that_has_no_place_for_every_name_is_refused_by_migrate_and_worker() throws SQLException {
        String url = database.jdbcUrl();
        database.onServer("create database %1$s_latin encoding 'LATIN1' locale 'C' template template0");
        database = new TestDatabase(url + "_latin", database.username(), database.password());
        String told =
                "the database's encoding is LATIN1, which has no place for some names; create one with encoding 'UTF8'";
        assertEquals(told, refusal());
        try (Database ofWorker = new Database(database.settings())) {
            assertEquals(Optional.of(told), ServerEncoding.problem(ofWorker.dsl()));
        }
    }

    @Test
    void a_lock_of_somebody_else_is_not_waited_for_with_all_workers_behind() throws SQLException {
        asFirstReleases("2").migrate();
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            DSL.using(other).execute("lock table resource_directory in share mode");
            assertEquals("ERROR: canceling statement due to lock timeout", refusal());
        }
        assertEquals(LATEST, migrate().version());
    }

    @Test
    void the_library_that_does_it_has_nothing_to_warn_operators_of() {
        try (LogLines lines = LogLines.of("org.flywaydb")) {
            migrate();
            assertEquals(0, lines.count());
        }
    }

    @Test
    void several_processes_take_turns() {
        asFirstReleases("1").migrate();
        List<CompletableFuture<Migration.Migrated>> atOnce = IntStream.range(0, 4)
                .mapToObj(i -> Background.of(this::migrate))
                .toList();

        List<String> applied = new ArrayList<>();
        atOnce.forEach(each -> applied.addAll(each.join().applied()));
        assertEquals(ALL.subList(1, ALL.size()), applied.stream().sorted().toList());
    }

    private static List<String> versions() {
        String[] scripts = requireNonNull(new File("src/main/resources/db/migration").list());
        return Stream.of(scripts)
                .map(script -> script.substring(1, script.indexOf("__")))
                .sorted(Comparator.comparing(Integer::valueOf))
                .toList();
    }

    /** They kept it under Flyway's default name. */
    private Flyway asFirstReleases(String target) {
        return Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .locations("classpath:db/migration")
                .target(target)
                .load();
    }

    private Migration.Migrated migrate() {
        return Migration.migrate(database.settings());
    }

    private String refusal() {
        String line = String.valueOf(
                assertThrows(OperatorException.class, this::migrate).getMessage());
        return line.replace("the database at %s: ".formatted(database.jdbcUrl()), "");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.connect()) {
            DSL.using(connection).execute(sql);
        }
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = database.connect()) {
            return Stream.of(DSL.using(connection).fetch(sql).intoArray(0))
                    .map(String::valueOf)
                    .toList();
        }
    }
}
