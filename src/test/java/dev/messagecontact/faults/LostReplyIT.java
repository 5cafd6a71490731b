package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.database.Database;
import dev.messagecontact.runtime.StartUp;
import dev.messagecontact.support.Background;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that end, or fall silent, when it hurts most: what was done and what was not is found out, not guessed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostReplyIT {

    private static final short FETCH = 1;
    private static final short API_VERSIONS = 18;
    private static final short END_TRANSACTION = 26;
    private static final short DESCRIBE_TOPICS = 75;

    /** A transactional id is forgotten after 2 s without use; production keeps it for a week. */
    private static final Map<String, String> BROKER = Map.of(
            "transactional.id.expiration.ms", "2000",
            "transaction.remove.expired.transaction.cleanup.interval.ms", "200");

    private static final Map<String, String> IMPATIENT = Map.of(
            "DATABASE_CONNECT_TIMEOUT", "PT2S",
            "DATABASE_LOCK_TIMEOUT", "PT0.5S",
            "DATABASE_STATEMENT_TIMEOUT", "PT1S",
            "DATABASE_SOCKET_TIMEOUT", "PT2S",
            "KAFKA_REQUEST_TIMEOUT_MS", "2000");

    private final FaultyProxy toBroker = FaultyProxy.open();
    private final FaultyProxy toDatabase = FaultyProxy.open();
    private EmbeddedServices services;
    private TestStage stage;
    private Database itsDatabase;
    private Ledger ledger;
    private Map<String, String> throughProxies;

    @BeforeAll
    void start() {
        services = EmbeddedServices.start(false, () -> EmbeddedKafka.start(BROKER, List.of(toBroker.port())));
        toBroker.leadTo(services.kafka().behind(0));
    }

    @AfterAll
    void stop() {
        services.close();
        toBroker.close();
        toDatabase.close();
    }

    @BeforeEach
    void open() {
        stage = TestStage.on(services, 1);
        ledger = new Ledger(stage);
        String url = stage.databaseAddress().jdbcUrl();
        int port = URI.create(url.substring("jdbc:".length())).getPort();
        toDatabase.leadTo(port);
        throughProxies = new HashMap<>(IMPATIENT);
        throughProxies.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + toBroker.port());
        throughProxies.put("DATABASE_URL", url.replace(":" + port + "/", ":" + toDatabase.port() + "/"));
        itsDatabase = new Database(stage.settings(throughProxies).database());
    }

    @AfterEach
    void close() {
        toBroker.forward();
        toDatabase.forward();
        stage.close();
        itsDatabase.close();
    }

    @Test
    void a_database_commit_whose_reply_is_lost_is_found_in_the_database() throws Exception {
        toDatabase.loseReplyTo(request -> new String(request, ISO_8859_1).contains("COMMIT"));
        ledger.submit(50);

        startWorker();

        await("a commit without a reply").until(toDatabase::hasLostReply);
        ledger.assertAllAnsweredOnce();
    }

    @Test
    void a_kafka_commit_whose_reply_is_lost_is_found_in_the_broker() throws Exception {
        toBroker.loseReplyTo(isRequest(END_TRANSACTION));
        ledger.submit(50);

        startWorker();

        await("a commit without a reply").until(toBroker::hasLostReply);
        ledger.assertAllAnsweredOnce();
    }

    /** As when a load balancer answers in the brokers' place for a moment. */
    @ParameterizedTest(name = "to request {0}")
    @ValueSource(shorts = {FETCH, END_TRANSACTION, DESCRIBE_TOPICS})
    void a_client_that_dies_of_a_reply_that_is_none_is_replaced(short request) {
        startWorker();
        ledger.submit(10);
        ledger.awaitAnswers();
        toBroker.garbleReplyTo(isRequest(request));

        ledger.submit(10);

        await("a reply that is none").until(toBroker::hasLostReply);
        ledger.assertAllAnsweredOnce();
    }

    @Test
    void a_reply_that_is_none_is_one_more_failure_of_a_worker_that_waits_for_its_brokers() throws Exception {
        toBroker.garbleReplyTo(isRequest(API_VERSIONS));
        StartUp startUp = new StartUp(stage.settings(throughProxies), stage.database());
        try {
            assertTrue(Background.of(startUp::awaitServices).get(30, TimeUnit.SECONDS));
            assertTrue(toBroker.hasLostReply());
        } finally {
            startUp.stop();
        }
    }

    private static Predicate<byte[]> isRequest(short key) {
        return request -> request.length > 6 && ByteBuffer.wrap(request).getShort(4) == key;
    }

    @Test
    void a_database_that_falls_silent_holds_nobody_beyond_the_socket_time_out() throws Exception {
        startWorker();
        ledger.submit(10);
        ledger.awaitAnswers();
        try (LogLines lines = LogLines.of("dev.messagecontact.intake.Recovery")) {
            toDatabase.freeze();
            ledger.submit(10);

            lines.await("attempt 1 failed", "database");
            toDatabase.forward();
        }
        ledger.assertAllAnsweredOnce();
    }

    @Test
    void half_open_connections_to_the_database_are_replaced_without_anybody_s_help() {
        startWorker();
        ledger.submit(10);
        ledger.awaitAnswers();

        toDatabase.strand();
        ledger.submit(10);

        ledger.assertAllAnsweredOnce();
    }

    @Test
    void backends_may_be_terminated_at_any_moment() throws Exception {
        startWorker();
        Random random = new Random(17);
        try (Connection admin = stage.databaseAddress().connect()) {
            for (int i = 0; i < 10; i++) {
                ledger.submit(20);
                stage.answers(ledger.submitted() - random.nextInt(21));
                admin.createStatement()
                        .execute("select pg_terminate_backend(pid) from pg_stat_activity"
                                + " where datname = current_database() and pid <> pg_backend_pid()");
            }
        }
        ledger.assertAllAnsweredOnce();
    }

    @Test
    void a_transactional_id_that_the_broker_has_forgotten_is_taken_anew() throws Exception {
        startWorker();
        ledger.submit(10);
        ledger.awaitAnswers();
        try (Admin admin = stage.admin()) {
            await("the id is forgotten")
                    .until(() -> admin.listTransactions().all().get().stream()
                            .noneMatch(listed -> listed.transactionalId().contains(stage.group())));
        }
        ledger.submit(10);

        ledger.assertAllAnsweredOnce();
    }

    @Test
    void connections_to_the_broker_may_be_reset_at_any_moment() {
        startWorker();
        for (int i = 0; i < 10; i++) {
            ledger.submit(20);
            stage.answers(ledger.submitted() - 2 * i);
            toBroker.cut();
        }
        ledger.assertAllAnsweredOnce();
    }

    private void startWorker() {
        stage.startWorker(throughProxies, itsDatabase);
    }
}
