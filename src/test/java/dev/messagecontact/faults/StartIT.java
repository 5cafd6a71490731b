package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.runtime.StartUp;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.ClassArchive;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker process that starts when something is missing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1) // long
class StartIT {

    private static final Duration LONGEST_END = Duration.ofSeconds(60);

    static final List<Arguments> NEVER_GOING_TO_WORK = List.of(
            Arguments.of("TOPICS_COMMANDS", "nowhere", 1, "there is no topic nowhere; `contacts topics` creates it"),
            Arguments.of(
                    "TOPICS_DEAD_LETTERS", "nowhere", 1, "there is no topic nowhere; `contacts topics` creates it"),
            Arguments.of("WORKER_LANE", "2", 2, "WORKER_LANE"),
            Arguments.of("WORKER_LANES", "two", 2, "WORKER_LANES must be"),
            Arguments.of("KAFKA_INTERCEPTOR_CLASSES", "no.such.Part", 2, "KAFKA_INTERCEPTOR_CLASSES has a value"),
            Arguments.of(
                    "KAFKA_INTERCEPTOR_CLASSES",
                    "java.lang.Object",
                    2,
                    "with these settings no Kafka client can be made: ClassCastException: class java.lang.Object"),
            Arguments.of("DATABASE_USERNAME", "nobody", 1, "SQLSTATE 28000"),
            Arguments.of("WORKER_TRANSACTION_TIMEOUT", "PT20M", 2, "WORKER_TRANSACTION_TIMEOUT must not be more than"));

    @TempDir
    Path folder;

    private TestStage stage;

    @BeforeAll
    void open() {
        stage = TestStage.with(1);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @ParameterizedTest
    @FieldSource("NEVER_GOING_TO_WORK")
    void what_can_never_work_ends_the_process_with_one_line(String setting, String value, int exitCode, String line) {
        try (WorkerProcess worker = start(stage, Map.of(setting, value))) {
            assertEquals(exitCode, worker.awaitEnd(LONGEST_END), worker::output);
            assertEquals(
                    1,
                    worker.output().lines().filter(said -> said.contains(line)).count(),
                    worker::output);
            assertTrue(worker.output().contains("contacts worker: "), worker::output);
            assertTrue(!worker.output().contains("\tat "), worker::output);
        }
    }

    @Test
    void a_transaction_longer_than_the_brokers_allow_ends_the_process_with_one_line() {
        Map<String, String> tooLong =
                Map.of("WORKER_TRANSACTION_TIMEOUT", "PT20M", "WORKER_MAX_POLL_INTERVAL", "PT30M");
        try (WorkerProcess worker = start(stage, tooLong)) {
            assertEquals(1, worker.awaitEnd(LONGEST_END), worker::output);
            assertTrue(
                    worker.output()
                            .contains("contacts worker: WORKER_TRANSACTION_TIMEOUT must not be more than the brokers'"
                                    + " transaction.max.timeout.ms, 900000 ms"),
                    worker::output);
        }
    }

    @Test
    void what_brokers_and_database_may_lose_is_warned_of_unless_it_is_a_test() {
        try (LogLines lines = LogLines.of("dev.messagecontact.durability")) {
            assertTrue(new StartUp(stage.settings(Map.of()), stage.database()).awaitServices());
            assertEquals(0, lines.count("may be lost"));
            Map<String, String> strict = Map.of("DURABILITY", "expected", "BACKUP_INTERVAL", "P30D");
            assertTrue(new StartUp(stage.settings(strict), stage.database()).awaitServices());
            String brokers = ": replication 1, less than 3; min.insync.replicas 1, less than 2; ";
            assertEquals(
                    1,
                    lines.count(stage.commands() + brokers + "retention.ms", "not more than BACKUP_INTERVAL PT720H"));
            assertEquals(1, lines.count(stage.events().results() + brokers + "what is in it may be lost"));
            assertEquals(1, lines.count("database: fsync off"));
        }
    }

    /** As when the name is changed for one worker after the other. */
    @Test
    void a_new_group_waits_for_the_end_of_the_workers_of_another_one_on_the_same_database() {
        WorkerSettings renamed = stage.settings(Map.of("WORKER_GROUP_ID", stage.group() + "-renamed"));
        RunningWorker worker = stage.startWorker();
        assertTrue(new StartUp(renamed, stage.database()).awaitServices(), "nothing was answered yet");
        Ledger ledger = new Ledger(stage);
        ledger.submit(5);
        ledger.awaitAnswers();
        try (LogLines log = LogLines.of(StartUp.class.getName())) {
            StartUp second = new StartUp(renamed, stage.database());
            CompletableFuture<Boolean> started = Background.of(second::awaitServices);
            log.await(
                    "waiting for the end of all workers of group " + stage.group(), "WORKER_GROUP_ID=" + stage.group());
            assertTrue(
                    new StartUp(stage.settings(Map.of()), stage.database()).awaitServices(),
                    "one more of the same group");
            try (TestStage twin = stage.twin()) {
                assertTrue(
                        new StartUp(twin.settings(Map.of()), twin.database()).awaitServices(), "a database of its own");
            }
            assertFalse(started.isDone());

            worker.stop();
            assertTrue(started.join());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "compact,delete"})
    void a_topic_whose_commands_may_be_compacted_away_is_refused_at_the_start(String policy) {
        for (String topic : List.of(stage.commands(), stage.outcomes())) {
            stage.configure(topic, Map.of("cleanup.policy", policy));
            StartUp startUp = new StartUp(stage.settings(Map.of()), stage.database());
            OperatorException refused = assertThrows(OperatorException.class, startUp::awaitServices);
            assertEquals(
                    "topic %s has cleanup.policy %s: it deletes all but the last command of a directory, answered or not;"
                                    .formatted(topic, policy)
                            + " set cleanup.policy=delete",
                    refused.getMessage());
            stage.configure(topic, Map.of("cleanup.policy", "delete"));
        }
    }

    @Test
    void a_topic_whose_events_may_be_compacted_away_is_warned_of() {
        stage.configure(stage.events().errors(), Map.of("cleanup.policy", "compact"));
        try (LogLines lines = LogLines.of("dev.messagecontact.durability")) {
            assertTrue(new StartUp(stage.settings(Map.of()), stage.database()).awaitServices());
            assertEquals(1, lines.count(stage.events().errors() + ": cleanup.policy compact, which deletes"));
        } finally {
            stage.configure(stage.events().errors(), Map.of("cleanup.policy", "delete"));
        }
    }

    @Test
    void a_bug_or_a_schema_that_refuses_every_command_ends_the_process_before_anything_is_given_up() {
        try (TestStage broken = TestStage.with(1)) {
            broken.database().execute("alter table message_contact add check (request_id = '')");
            new Ledger(broken).submit(10);
            try (WorkerProcess worker = start(broken, Map.of("WORKER_FAILURES_IN_A_ROW", "3"))) {
                assertEquals(1, worker.awaitEnd(LONGEST_END), worker::output);
                assertTrue(worker.output().contains("contacts worker: 4 commands in a row"), worker::output);
                assertEquals(
                        0,
                        broken.all(broken.events().errors(), broken.events().deadLetters())
                                .size());
                assertEquals(Map.of(), broken.committed());
            }
            broken.database()
                    .fetch("select conname from pg_constraint where conrelid = 'message_contact'::regclass"
                            + " and pg_get_constraintdef(oid) like '%request_id%'")
                    .into(String.class)
                    .forEach(
                            check -> broken.database().execute("alter table message_contact drop constraint " + check));
            broken.startWorker();
            broken.answers(10);
            assertEquals(10, broken.all(broken.events().results()).size(), "not even those that came before the last");
        }
    }

    @Test
    void servers_and_names_that_are_not_there_yet_are_waited_for() throws Exception {
        try (EmbeddedServices services = EmbeddedServices.start(false);
                TestStage late = TestStage.on(services, 1)) {
            Ledger ledger = new Ledger(late);
            ledger.submit(10);
            services.kafka().stop();
            services.database().stop();
            Map<String, String> servers = Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    "no-such-host.invalid:9092," + services.kafka().bootstrapServers());
            try (WorkerProcess worker = start(late, servers);
                    WorkerProcess hopeful =
                            start(late, Map.of("KAFKA_BOOTSTRAP_SERVERS", "no-such-host.invalid:9092"))) {
                await("it says: waiting for the brokers")
                        .until(() -> worker.output().contains("waiting for the brokers"));
                await("it waits for a name").until(() -> hopeful.output().contains("waiting for the brokers"));
                hopeful.terminate();
                assertEquals(0, hopeful.awaitEnd(LONGEST_END), hopeful::output);
                services.kafka().restart();
                await("it says: waiting for the database")
                        .until(() -> worker.output().contains("waiting for the database"));
                services.database().restart();

                ledger.assertAllAnsweredOnce();
                worker.terminate();
                assertEquals(0, worker.awaitEnd(LONGEST_END), worker::output);
            }
        }
    }

    @Test
    void a_dead_letter_topic_may_have_fewer_partitions_than_the_commands() {
        try (TestStage wide = TestStage.with(4)) {
            String letters = wide.createTopic("single", 1);
            wide.submit(IntStream.range(0, 40)
                    .mapToObj(i -> wide.record(("k" + i).getBytes(UTF_8), "{".getBytes(UTF_8)))
                    .toList());
            wide.startWorker(Map.of("TOPICS_DEAD_LETTERS", letters));

            wide.answers(40);
            assertEquals(40, wide.all(letters).size());
        }
    }

    private WorkerProcess start(TestStage on, Map<String, String> settings) {
        Map<String, String> all = on.environment(settings);
        all.put("DATABASE_CONNECT_TIMEOUT", "PT1S");
        return WorkerProcess.start(
                ClassArchive.with(WorkerProcess.SMALL), all, folder.resolve("worker-" + System.nanoTime() + ".log"));
    }
}
