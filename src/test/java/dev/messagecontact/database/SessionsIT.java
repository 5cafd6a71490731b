package dev.messagecontact.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.fault.LoginFailure;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.DatabaseSettings;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.support.TestDatabase;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds in each session with the database, whatever stands between, and what is said where it cannot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsIT {

    private static final List<String> HOLDS =
            List.of("force_generic_plan", "read committed", "1s", "10s", "20s", "UTC");

    private TestStage stage;

    @TempDir
    Path folder;

    @BeforeAll
    void open() {
        stage = TestStage.with(1);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void our_time_outs_hold_beside_options_in_the_url() {
        String url = stage.databaseAddress().jdbcUrl()
                + "?options=-c%20statement_timeout=0%20-c%20work_mem=1MB%20-c%20default_transaction_isolation=serializable";
        try (Database database =
                new Database(stage.settings(Map.of("DATABASE_URL", url)).database())) {
            assertEquals(HOLDS, session(database.dsl()));
            assertEquals("1MB", show(database.dsl(), "work_mem"));
        }
    }

    @Test
    void limits_of_the_role_that_would_end_a_session_of_ours_do_not_hold() {
        String url = stage.databaseAddress().jdbcUrl()
                + "?options=-c%20transaction_timeout=2s%20-c%20idle_session_timeout=2s";
        DatabaseSettings settings = stage.settings(Map.of("DATABASE_URL", url)).database();
        for (Database database : List.of(new Database(settings), Database.forBatches(settings))) {
            try (database) {
                assertEquals("0", show(database.dsl(), "transaction_timeout"));
                assertEquals("0", show(database.dsl(), "idle_session_timeout"));
            }
        }
    }

    @Test
    void through_pgbouncer_in_session_mode_they_hold_too_and_a_worker_works() throws Exception {
        try (PgBouncer bouncer = bouncer("session")) {
            Map<String, String> through =
                    Map.of("DATABASE_URL", bouncer.database().jdbcUrl());
            Migration.migrate(stage.settings(through).database());
            try (Database database = new Database(stage.settings(through).database())) {
                assertEquals(HOLDS, session(database.dsl()));

                stage.submit(SampleCommands.of(stage.commands(), 60));
                var worker = stage.startWorker(through, database);
                stage.answers(60);
                worker.stop();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"transaction, PgBouncer needs pool_mode = session", "statement, statement pooling mode"})
    void a_pooler_that_keeps_no_sessions_is_refused_by_name(String mode, String words) throws Exception {
        try (PgBouncer bouncer = bouncer(mode)) {
            Map<String, String> through =
                    Map.of("DATABASE_URL", bouncer.database().jdbcUrl(), "DATABASE_CONNECT_TIMEOUT", "PT1S");
            try (Database database = new Database(stage.settings(through).database())) {
                DataAccessException refused =
                        assertThrows(DataAccessException.class, database.dsl().selectOne()::fetch);
                assertEquals(DatabaseFault.REFUSED, DatabaseFault.of(refused));
                assertTrue(refused.getCause(LoginFailure.class).getMessage().contains(words), refused::toString);
            }
            OperatorException failure = assertThrows(
                    OperatorException.class,
                    () -> Migration.migrate(stage.settings(through).database()));
            assertTrue(failure.getMessage().contains(words), failure::getMessage);
        }
    }

    @Test
    void of_several_servers_the_one_that_can_write_is_taken_whether_named_at_the_start_or_later() throws Exception {
        try (EmbeddedDatabase reader = EmbeddedDatabase.start(false)) {
            TestDatabase there = new TestDatabase(reader.jdbcUrl(), reader.username(), reader.password());
            try (Connection connection = there.connect()) {
                DSL.using(connection).execute("alter system set default_transaction_read_only = on");
                DSL.using(connection).execute("select pg_reload_conf()");
            }
            String both =
                    "jdbc:postgresql://%s,%s/postgres".formatted(address(there), address(stage.databaseAddress()));
            try (Database database =
                    new Database(stage.settings(Map.of("DATABASE_URL", both)).database())) {
                assertEquals("off", show(database.dsl(), "transaction_read_only"));
            }
            Path url = Files.writeString(folder.resolve("url"), reader.jdbcUrl());
            Map<String, String> environment =
                    new HashMap<>(stage.environment(Map.of("DATABASE_URL_FILE", url.toString())));
            environment.remove("DATABASE_URL");
            DatabaseSettings fromFile =
                    Settings.read(environment, null).worker().database();
            Files.writeString(url, both);
            try (Database database = new Database(fromFile)) {
                assertEquals("off", show(database.dsl(), "transaction_read_only"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"DROPS_PACKETS, true", "DROPS_PACKETS, false", "IS_FROZEN, true", "IS_FROZEN, false"})
    void a_first_server_that_does_not_answer_keeps_nobody_from_the_next_one(Silence silence, boolean bounded)
            throws Exception {
        try (SilentServer silent = new SilentServer(silence)) {
            Map<String, String> both = Map.of(
                    "DATABASE_URL",
                    stage.databaseAddress().jdbcUrl().replace("//", "//" + silent.address() + ","),
                    "DATABASE_CONNECT_TIMEOUT",
                    "PT1S");
            DatabaseSettings settings = stage.settings(both).database();
            if (bounded) {
                try (Database database = new Database(settings)) {
                    database.dsl().connection(session -> assertEquals(20_000, session.getNetworkTimeout()));
                }
            } else {
                try (Connection session = Sessions.unbounded(settings).getConnection()) {
                    assertEquals(0, session.getNetworkTimeout(), "a statement of a migration may take long");
                }
            }
        }
    }

    private enum Silence {
        /** As a machine that is switched off. */
        DROPS_PACKETS,
        /** As a process that is stopped. */
        IS_FROZEN
    }

    /** Listens, and says nothing. */
    private static final class SilentServer implements AutoCloseable {

        private static final int MOST_WAITING = 8;

        private final ServerSocket server;
        private final List<Socket> waiting = new ArrayList<>();

        SilentServer(Silence silence) throws IOException {
            server = new ServerSocket(
                    0, silence == Silence.DROPS_PACKETS ? 1 : MOST_WAITING, InetAddress.getLoopbackAddress());
            while (silence == Silence.DROPS_PACKETS && waiting.size() < MOST_WAITING) {
                Socket another = new Socket();
                waiting.add(another);
                try {
                    another.connect(server.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    return; // the queue is full
                }
            }
        }

        String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket each : waiting) {
                each.close();
            }
            server.close();
        }
    }

    @Test
    void a_zone_of_the_jvm_that_the_server_does_not_know_does_not_matter() throws InterruptedException {
        Process migrate = stage.startProcess(Map.of("JAVA_TOOL_OPTIONS", "-Duser.timezone=PST"), "migrate");

        assertEquals(0, migrate.waitFor());
    }

    private PgBouncer bouncer(String mode) throws Exception {
        assumeTrue(PgBouncer.isInstalled(), "apt-get install pgbouncer");
        return PgBouncer.before(stage.databaseAddress(), mode, folder);
    }

    private static String address(TestDatabase database) {
        return URI.create(database.jdbcUrl().substring("jdbc:".length())).getAuthority();
    }

    private static List<String> session(DSLContext database) {
        return List.of(
                show(database, "plan_cache_mode"),
                show(database, "default_transaction_isolation"),
                show(database, "lock_timeout"),
                show(database, "statement_timeout"),
                show(database, "idle_in_transaction_session_timeout"),
                show(database, "timezone"));
    }

    private static String show(DSLContext database, String setting) {
        return database.fetchSingle("show " + setting).get(0, String.class);
    }
}
