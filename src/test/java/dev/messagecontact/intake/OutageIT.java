package dev.messagecontact.intake;

import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import java.sql.Connection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that go away and come back: nothing is lost, nothing is doubled, nothing is dead-lettered. */
class OutageIT {

    private EmbeddedServices services;
    private TestStage stage;
    private RunningWorker worker;

    @BeforeEach
    void open() {
        services = EmbeddedServices.start(true);
        stage = TestStage.on(services, 2);
        worker = stage.startWorker();
    }

    @AfterEach
    void close() {
        stage.close();
        services.close();
    }

    @Test
    void the_database_may_go_away_and_come_back() {
        stage.submit(commands(0, 50));
        stage.answers(50);

        services.database().stop();
        stage.submit(commands(50, 100));
        services.database().restart();
        stage.answers(100);

        services.database().crash();
        stage.submit(commands(100, 150));
        services.database().restart();
        stage.answers(150);

        assertAllAnsweredOnce(150);
    }

    @Test
    void the_broker_may_go_away_and_come_back() {
        stage.submit(commands(0, 50));
        stage.answers(50);

        services.kafka().stop();
        services.kafka().restart();
        stage.submit(commands(50, 100));
        stage.answers(100);

        assertAllAnsweredOnce(100);
    }

    @Test
    void connections_may_be_cut_and_the_server_turn_read_only() throws Exception {
        stage.submit(commands(0, 50));
        stage.answers(50);

        try (Connection admin = stage.databaseAddress().connect()) {
            admin.createStatement().execute("alter system set default_transaction_read_only = on");
            admin.createStatement().execute("select pg_reload_conf()");
            cutConnections(admin);
            stage.submit(commands(50, 100));
            admin.createStatement().execute("set default_transaction_read_only = off");
            admin.createStatement().execute("alter system reset default_transaction_read_only");
            admin.createStatement().execute("select pg_reload_conf()");
            cutConnections(admin);
        }
        stage.answers(100);

        assertAllAnsweredOnce(100);
    }

    private static void cutConnections(Connection admin) throws Exception {
        admin.createStatement()
                .execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()");
    }

    private void assertAllAnsweredOnce(int commands) {
        assertEquals(commands, stage.all(stage.events().results()).size());
        assertEquals(
                0,
                stage.all(stage.events().errors(), stage.events().deadLetters()).size());
        assertEquals(commands, stage.all(stage.events().emailVerifications()).size());
        assertEquals(commands, stage.all(stage.events().smsVerifications()).size());
        assertEquals(commands, stage.database().fetchCount(MESSAGE_CONTACT));
        worker.stop();
        assertNull(worker.death());
    }

    private List<ProducerRecord<byte[], byte[]>> commands(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> adding(stage, "rd-" + i / 10, "r-" + i, "tom" + letters(i)))
                .toList();
    }
}
