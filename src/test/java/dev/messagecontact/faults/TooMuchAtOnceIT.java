package dev.messagecontact.faults;

import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.ClassArchive;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than the database, the broker or the memory can take at once. */
@Order(1) // long
class TooMuchAtOnceIT {

    private static final Map<String, String> SHORT_STATEMENTS = Map.of(
            "DATABASE_LOCK_TIMEOUT", "PT0.2S",
            "DATABASE_STATEMENT_TIMEOUT", "PT0.6S");

    @Test
    void batches_shrink_until_a_slow_trigger_lets_them_through() {
        try (TestStage stage = TestStage.with(1)) {
            Ledger ledger = new Ledger(stage);
            ledger.submit(600);
            trigger(stage, "perform pg_sleep(0.003)");

            RunningWorker worker = stage.startWorkerOnItsOwn(SHORT_STATEMENTS);

            ledger.assertAllAnsweredOnce();
            assertTrue(worker.metric("contacts_faults_total", "cause=\"conflict\"") > 0);
            assertTrue(worker.metric("contacts_batch_limit") < 600, "the limit is shown");
            stage.database().execute("drop trigger slow on message_contact");
            double shrunk = worker.metric("contacts_batch_limit");
            ledger.submit(2_000);
            ledger.assertAllAnsweredOnce();
            assertTrue(worker.metric("contacts_batch_limit") > shrunk, "batches grow again");
        }
    }

    @Test
    void a_command_that_alone_takes_too_long_stops_its_partition_alone_and_is_named_until_it_succeeds() {
        try (TestStage stage = TestStage.with(2);
                LogLines log = LogLines.of("dev.messagecontact.intake.Assignment")) {
            Ledger ledger = new Ledger(stage);
            List<ProducerRecord<byte[], byte[]>> first = new ArrayList<>();
            List<ProducerRecord<byte[], byte[]>> second = new ArrayList<>();
            for (ProducerRecord<byte[], byte[]> command : ledger.commands(20)) {
                boolean toFirst = new String(command.key(), UTF_8).equals("rd-0");
                (toFirst ? first : second)
                        .add(new ProducerRecord<>(stage.commands(), toFirst ? 0 : 1, command.key(), command.value()));
            }
            stage.submit(first);
            stage.submit(second);
            trigger(stage, "if new.name = 'tomd' then perform pg_sleep(30); end if");

            RunningWorker worker = stage.startWorkerOnItsOwn(SHORT_STATEMENTS);

            assertEquals(13, stage.answers(13).size());
            await("the command is named")
                    .until(
                            () -> worker.reasons()
                                    .contains(
                                            "has stopped partition 0 at offset 3: the command at offset 3 could not be stored"));
            assertEquals(1, worker.metric("contacts_partition_stopped", "\"0\""));
            assertEquals(0, worker.metric("contacts_partition_stopped", "\"1\""));
            stage.database().execute("drop trigger slow on message_contact");
            ledger.assertAllAnsweredOnce();
            await("ready").until(() -> worker.health().ready().up());
            assertEquals(1, log.count(" is stopped: "));
        }
    }

    /** Tried in a batch with others, it would halve the batch to one again each time, by a failure of all for each half. */
    @Test
    void a_command_that_has_stopped_its_partition_is_tried_again_alone() {
        try (TestStage stage = TestStage.with(2)) {
            Ledger ledger = new Ledger(stage);
            stage.database().execute("create sequence attempts");
            trigger(stage, "if new.name = 'tomd' then perform nextval('attempts'); perform pg_sleep(30); end if");
            stage.submit(inTwo(stage, ledger.commands(40)));
            RunningWorker worker = stage.startWorkerOnItsOwn(SHORT_STATEMENTS);
            await("the command is named")
                    .until(() -> worker.reasons().contains("has stopped partition 0 at offset 3: "));
            double failed = worker.metric("contacts_faults_total");
            long attempts = attempts(stage);

            while (attempts(stage) == attempts) {
                stage.submit(inTwo(stage, ledger.commands(40)));
                stage.answers(3 + (ledger.submitted() / 2));
            }

            assertEquals(failed, worker.metric("contacts_faults_total"));
            assertEquals(1, worker.metric("contacts_partition_stopped", "\"0\""));
            stage.database().execute("drop trigger slow on message_contact");
            ledger.assertAllAnsweredOnce();
            await("ready").until(() -> worker.health().ready().up());
        }
    }

    /** Records without key and value come to no deserializer. */
    @Test
    void a_command_among_records_without_key_and_value_stops_its_partition_alone() {
        try (TestStage stage = TestStage.with(2)) {
            trigger(stage, "if new.name = 'tomd' then perform pg_sleep(30); end if");
            ProducerRecord<byte[], byte[]> slow = Commands.adding(stage, "rd-0", "r-0", "tomd");
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 21; i++) {
                records.add(i == 10 ? at(stage, 0, slow) : new ProducerRecord<>(stage.commands(), 0, null, null));
                records.add(at(stage, 1, Commands.adding(stage, "rd-1" + i, "r-1", "tom")));
            }
            stage.submit(records);

            RunningWorker worker = stage.startWorkerOnItsOwn(SHORT_STATEMENTS);

            assertEquals(31, stage.answers(31).size());
            await("the command is named")
                    .until(() -> worker.reasons().contains("has stopped partition 0 at offset 10: "));
        }
    }

    private static ProducerRecord<byte[], byte[]> at(
            TestStage stage, int partition, ProducerRecord<byte[], byte[]> command) {
        return new ProducerRecord<>(stage.commands(), partition, command.key(), command.value());
    }

    /** The first half of each twenty to one partition, the others to the other. */
    private static List<ProducerRecord<byte[], byte[]>> inTwo(
            TestStage stage, List<ProducerRecord<byte[], byte[]>> commands) {
        List<ProducerRecord<byte[], byte[]>> placed = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            ProducerRecord<byte[], byte[]> command = commands.get(i);
            placed.add(new ProducerRecord<>(stage.commands(), i / 10 % 2, command.key(), command.value()));
        }
        return placed;
    }

    private static long attempts(TestStage stage) {
        return stage.database().fetchOne("select last_value from attempts").get(0, Long.class);
    }

    private static void trigger(TestStage stage, String body) {
        stage.database()
                .execute("create function slow() returns trigger language plpgsql as $$ begin " + body
                        + "; return new; end $$");
        stage.database()
                .execute("create trigger slow before insert on message_contact for each row execute function slow()");
    }

    @Test
    void answers_keep_coming_under_a_quota_that_a_whole_backlog_would_break() throws Exception {
        String instance = "quota-" + UUID.randomUUID();
        ClientQuotaEntity client = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, instance + "-0"));
        try (TestStage stage = TestStage.with(1);
                Admin admin = stage.admin()) {
            limit(admin, client, 50_000.0);
            Ledger ledger = new Ledger(stage);
            ledger.submit(1_000);

            RunningWorker worker = stage.startWorker(Map.of(
                    "WORKER_INSTANCE", instance,
                    "DATABASE_STATEMENT_TIMEOUT", "PT3S",
                    "DATABASE_SOCKET_TIMEOUT", "PT5S",
                    "WORKER_TRANSACTION_TIMEOUT", "PT10S")); // the events of all take twice as long

            await("some answers")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> worker.metric("contacts_commands_total") > 0);
            assertTrue(worker.metric("contacts_batch_limit") < 1_000);
            limit(admin, client, null);
            ledger.assertAllAnsweredOnce();
        }
    }

    private static void limit(Admin admin, ClientQuotaEntity client, Double bytesPerSecond) throws Exception {
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        client, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)))))
                .all()
                .get();
    }

    @Test
    void a_batch_that_unpacks_to_more_than_the_heap_is_taken_in_pieces() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            Ledger ledger = new Ledger(stage);
            stage.submit(letters(stage, 150, 900_000), "zstd"); // 135 MB
            ledger.submit(10);
            Process worker = stage.startProcess(List.of("-Xmx128m"), Map.of("WORKER_BATCH_SIZE", "5000"), "worker");
            try {
                assertEquals(160, stage.answers(160).size());
                assertTrue(worker.isAlive());
                Process audit = stage.startProcess(List.of("-Xmx128m"), Map.of(), "audit", "--quiet");
                assertEquals(0, audit.waitFor(), "the audit reads by the same measure");
            } finally {
                worker.destroyForcibly().waitFor();
            }
        }
    }

    /** They come to no deserializer, which would stop the poll. */
    @Test
    void headers_of_records_without_key_and_value_are_taken_in_pieces_too() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(stage.commands(), 0, null, null);
                record.headers().add("h", new byte[900_000]);
                records.add(record);
            }
            stage.submit(records, "zstd"); // 135 MB
            Process worker = stage.startProcess(List.of("-Xmx128m"), Map.of("WORKER_BATCH_SIZE", "5000"), "worker");
            try {
                await("all are answered").until(() -> Map.of(0, 150L).equals(stage.committed()));
                assertTrue(worker.isAlive());
            } finally {
                worker.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void a_record_that_no_memory_can_hold_stops_its_partition_alone(@TempDir Path folder) throws Exception {
        try (TestStage stage = TestStage.with(2)) {
            stage.configure(stage.commands(), Map.of("max.message.bytes", "200000000"));
            byte[] giant = new byte[30_000_000]; // more than an eighth of the worker's heap
            Arrays.fill(giant, (byte) 'x');
            stage.submit(List.of(new ProducerRecord<>(stage.commands(), 0, "k".getBytes(UTF_8), giant)), "zstd");
            Ledger ledger = new Ledger(stage);
            stage.submit(ledger.commands(10).stream()
                    .map(each -> new ProducerRecord<>(stage.commands(), 1, each.key(), each.value()))
                    .toList());

            try (WorkerProcess worker = WorkerProcess.start(
                    ClassArchive.with(WorkerProcess.SMALL), stage.environment(Map.of()), folder.resolve("log"))) {
                ledger.assertAllAnsweredOnce();
                await("the record is named")
                        .until(() -> readiness(worker).contains("has stopped partition 0 at offset 0: "));
                assertTrue(readiness(worker).contains("memory"));
                assertEquals(2, worker.output().split(" is stopped: ", -1).length, worker::output);
            }
        }
    }

    @Test
    void what_cannot_be_unpacked_here_stops_its_partition_alone_and_is_answered_where_it_can(@TempDir Path folder)
            throws Exception {
        try (TestStage stage = TestStage.with(3)) {
            Ledger ledger = new Ledger(stage);
            List<String> compressions = List.of("zstd", "snappy", "none");
            for (int i = 0; i < 3; i++) {
                int partition = i;
                stage.submit(
                        ledger.commands(10).stream()
                                .map(each ->
                                        new ProducerRecord<>(stage.commands(), partition, each.key(), each.value()))
                                .toList(),
                        compressions.get(i));
            }
            Path noFolder = Files.createFile(folder.resolve("file"));
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Process worker = stage.startProcess(
                    List.of("-Djava.io.tmpdir=" + noFolder, "-Dorg.xerial.snappy.tempdir=" + noFolder),
                    Map.of("MANAGEMENT_PORT", Integer.toString(port)),
                    "worker");
            try {
                assertEquals(10, stage.answers(10).size());
                await("both are named").until(() -> {
                    String readiness = get(port, "/health/ready");
                    String metrics = get(port, "/metrics");
                    return readiness.contains("has stopped partition 0 at offset 0: ")
                            && metrics.contains("contacts_partition_stopped{partition=\"0\"} 1")
                            && metrics.contains("contacts_partition_stopped{partition=\"1\"} 1")
                            && metrics.contains("contacts_partition_stopped{partition=\"2\"} 0");
                });
                assertTrue(worker.isAlive());
            } finally {
                worker.destroy();
                worker.waitFor();
            }
            stage.startWorker();
            ledger.assertAllAnsweredOnce();
        }
    }

    private static String readiness(WorkerProcess worker) throws Exception {
        return get(worker.managementPort(), "/health/ready");
    }

    private static String get(int port, String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + port + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static List<ProducerRecord<byte[], byte[]>> letters(TestStage stage, int count, int size) {
        byte[] value = new byte[size];
        Arrays.fill(value, (byte) 'x');
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(stage.record(("k" + i).getBytes(UTF_8), value));
        }
        return records;
    }
}
