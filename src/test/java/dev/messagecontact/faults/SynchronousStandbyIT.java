package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.Background;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class SynchronousStandbyIT {

    @Test
    void while_a_commit_waits_for_a_missing_standby_nothing_is_told_and_readiness_says_what_is_waited_for()
            throws Exception {
        try (TestStage stage = TestStage.with(1);
                Connection admin = stage.databaseAddress().connect()) {
            Ledger ledger = new Ledger(stage);
            // The test services take no care of what they commit, so a commit would not wait.
            admin.createStatement().execute("alter database " + admin.getCatalog() + " set synchronous_commit = on");
            RunningWorker worker = stage.startWorkerOnItsOwn(Map.of(
                    "DATABASE_LOCK_TIMEOUT", "PT0.5S",
                    "DATABASE_STATEMENT_TIMEOUT", "PT2S",
                    "DATABASE_SOCKET_TIMEOUT", "PT4S"));
            ledger.submit(10);
            ledger.awaitAnswers();
            admin.createStatement().execute("alter system set synchronous_standby_names = 'missing'");
            admin.createStatement().execute("select pg_reload_conf()");
            try {
                awaitWaitingCommit(stage, admin);
                ledger.submit(10);
                await("readiness names the standby")
                        .until(() -> worker.reasons().contains("synchronous standby"));
                assertEquals(10, stage.all(stage.events().results()).size());
            } finally {
                admin.createStatement().execute("alter system reset synchronous_standby_names");
                admin.createStatement().execute("select pg_reload_conf()");
            }
            ledger.assertAllAnsweredOnce();
            await("ready").until(() -> worker.health().ready().up());
        }
    }

    /** The statement that reloads a setting does not wait until it is in force. */
    private static void awaitWaitingCommit(TestStage stage, Connection admin) throws SQLException {
        try (Connection writer = stage.databaseAddress().connect()) {
            int process = writer.unwrap(PGConnection.class).getBackendPID();
            CompletableFuture<Void> writes = Background.run(() -> writeUntilCutOff(writer));
            await("a commit waits").until(() -> cutOffIfWaiting(admin, process));
            writes.join();
        }
    }

    private static void writeUntilCutOff(Connection writer) {
        try (Statement statement = writer.createStatement()) {
            for (int i = 0; ; i++) {
                statement.execute("create table letter_" + i + "()");
            }
        } catch (SQLException cutOff) {
            // so the test goes on
        }
    }

    private static boolean cutOffIfWaiting(Connection admin, int process) throws SQLException {
        return admin.createStatement()
                .executeQuery(
                        "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' and pid = "
                                + process)
                .next();
    }
}
