package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.messagecontact.database.Database;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database that is there but does not do what it is asked: the worker waits, gives nothing up, and goes on by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseRefusesIT {

    private TestStage stage;
    private String role;
    private Database itsDatabase;
    private RunningWorker worker;

    private Path folder;
    private Ledger ledger;

    /** Its worker is an ordinary user of the database, unlike the test. */
    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        this.folder = folder;
        stage = TestStage.with(1);
        role = stage.group().replace('-', '_');
        run("create role %s login password 'right'");
        run("grant select, insert, update on all tables in schema public to %s");
        run("""
                create function fail() returns trigger language plpgsql as
                $$ begin raise exception 'as the test wants it' using errcode = tg_argv[0]; end $$""");
        demandPassword();
        Files.writeString(passwordFile(), "right");
        Map<String, String> asRole = new HashMap<>(stage.environment(Map.of(
                "DATABASE_USERNAME",
                role,
                "DATABASE_PASSWORD_FILE",
                passwordFile().toString(),
                "DATABASE_CONNECT_TIMEOUT",
                "PT1S")));
        asRole.remove("DATABASE_PASSWORD");
        itsDatabase = new Database(Settings.read(asRole, null).database());
        worker = stage.startWorker(Map.of(), itsDatabase);
        ledger = new Ledger(stage);
    }

    @AfterAll
    void close() {
        ledger.assertAllAnsweredOnce();
        worker.stop();
        itsDatabase.close();
        run("drop owned by %s");
        run("drop role %s");
        stage.close();
    }

    private Path passwordFile() {
        return folder.resolve("password");
    }

    /** Embedded servers trust this machine; for this role alone they ask. */
    private void demandPassword() {
        stage.database().execute("""
                        do $$
                        declare file text := current_setting('hba_file'); was text := pg_read_file(file);
                        begin
                          execute format('copy (select regexp_split_to_table(%%L, E''\\n'')) to %%L',
                            'host all %s all scram-sha-256' || E'\\n' || was, file);
                          perform pg_reload_conf();
                        end $$""".formatted(role));
    }

    @ParameterizedTest
    @CsvSource({
        "53100, disk full",
        "53200, out of memory",
        "58030, input or output error",
        "XX000, internal error",
        "40001, serialization failure",
        "40P01, deadlock",
        "57014, statement took too long",
        "55P03, lock not available"
    })
    void while_the_server_cannot_nothing_is_given_up(String sqlState, String meaning) throws Exception {
        survive(
                sqlState,
                "create trigger fail before insert on message_contact for each row execute function fail('%s')"
                        .formatted(sqlState),
                "drop trigger fail on message_contact");
    }

    @Test
    void while_a_right_is_missing_nothing_is_given_up() throws Exception {
        survive("42501", "revoke insert on message_contact from %s", "grant insert on message_contact to %s");
    }

    @Test
    void while_a_table_is_missing_nothing_is_given_up() throws Exception {
        survive("42P01", "alter table message_contact rename to away", "alter table away rename to message_contact");
    }

    @Test
    void while_the_password_is_wrong_nothing_is_given_up() throws Exception {
        surviveWithoutLogin("28P01", "alter role %s password 'other'", "alter role %s password 'right'");
    }

    @Test
    void a_rotated_password_is_read_from_its_file() throws Exception {
        survive(
                "28P01",
                "alter role %s password 'rotated'",
                () -> Files.writeString(passwordFile(), "rotated\n"),
                this::cutConnections);

        run("alter role %s password 'right'");
        Files.writeString(passwordFile(), "right");
    }

    @Test
    void while_a_login_trigger_refuses_us_nothing_is_given_up() throws Exception {
        run("""
                create function refuse() returns event_trigger language plpgsql as
                $$ begin if session_user = '%s' then raise exception 'not now'; end if; end $$""");
        surviveWithoutLogin(
                "not now (P0001 at the login), SQLSTATE 08004",
                "create event trigger refuse on login execute function refuse()",
                "drop event trigger refuse");
    }

    @Test
    void a_server_that_became_read_only_is_left_for_the_one_that_serves_the_address_now() throws Exception {
        survive(
                "25006",
                "alter role %s set default_transaction_read_only = on",
                "alter role %s reset default_transaction_read_only");
    }

    @Test
    void while_the_server_is_read_only_a_worker_without_commands_is_not_ready() throws Exception {
        await("it is ready before").until(this::isReady);
        try (LogLines lines = LogLines.of("dev.messagecontact.intake.Recovery")) {
            run("alter role %s set default_transaction_read_only = on");
            cutConnections();
            await("it finds out again and again").until(() -> lines.count("failed", "25006") >= 3);
            assertEquals(0, lines.count("recovered"));
            assertFalse(isReady());
        } finally {
            run("alter role %s reset default_transaction_read_only");
        }
        await("it is ready again").until(this::isReady);
    }

    private boolean isReady() {
        return worker.health().ready().status().equals("up");
    }

    @Test
    void while_login_is_forbidden_nothing_is_given_up() throws Exception {
        surviveWithoutLogin("28000", "alter role %s nologin", "alter role %s login");
    }

    @Test
    void while_there_are_too_many_connections_nothing_is_given_up() throws Exception {
        surviveWithoutLogin("53300", "alter role %s connection limit 0", "alter role %s connection limit -1");
    }

    private void survive(String sqlState, String damage, String repair) throws Exception {
        survive(sqlState, damage, () -> run(repair), () -> {});
    }

    /** A connection that was being made at the first cut outlives it: nobody logs in again once all are cut. */
    private void surviveWithoutLogin(String sqlState, String damage, String repair) throws Exception {
        survive(sqlState, damage, () -> run(repair), this::cutConnections);
    }

    /** What a test does to a server. */
    private interface Step {
        void take() throws Exception;
    }

    private void survive(String sqlState, String damage, Step repair, Runnable again) throws Exception {
        try (LogLines lines = LogLines.of("dev.messagecontact.intake")) {
            run(damage);
            cutConnections();
            ledger.submit(20);
            // Not the first attempts: they may meet one connection after the other that was just terminated.
            await("it fails again and again").until(() -> {
                again.run();
                // A command that fails alone, and not by its data, stops its partition.
                return lines.count("failed", sqlState) >= 2 || lines.count("is stopped", sqlState) >= 1;
            });
            assertEquals(0, stage.all(stage.events().deadLetters()).size());
        } finally {
            repair.take();
        }
        ledger.awaitAnswers();
    }

    /** But not who is logging in: what is said of the login is what the tests wait for. */
    private void cutConnections() {
        run("select pg_terminate_backend(pid) from pg_stat_activity where usename = '%s' and state <> 'starting'");
    }

    private void run(String sql) {
        stage.database().execute(sql.replace("%s", role));
    }
}
