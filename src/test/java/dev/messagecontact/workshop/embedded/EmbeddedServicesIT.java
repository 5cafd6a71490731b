package dev.messagecontact.workshop.embedded;

import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.apache.kafka.clients.CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_PROTOCOL_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ISOLATION_LEVEL_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.TRANSACTIONAL_ID_CONFIG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.TestTopics;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EmbeddedServicesIT {

    private static final String TOPIC = "letters";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    @Test
    void committed_records_are_read_and_survive_a_restart_of_the_broker_on_the_same_port() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            // given
            createTopic(kafka);
            publish(kafka, "aborted", false);
            publish(kafka, "committed", true);
            assertEquals(List.of("committed"), firstCommitted(kafka, 1));
            String address = kafka.bootstrapServers();
            // when
            kafka.stop();
            kafka.restart();
            publish(kafka, "after the restart", true);
            // then
            assertEquals(address, kafka.bootstrapServers());
            assertEquals(List.of("committed", "after the restart"), firstCommitted(kafka, 2));
        }
    }

    @Test
    void rows_survive_a_restart_of_the_database_on_the_same_port() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(false)) {
            assertEquals("off", query(database, database.jdbcUrl(), "SHOW fsync"));
            String url = database.newDatabase("letters");
            execute(database, url, "CREATE TABLE letter AS SELECT 'a' AS name");

            database.stop();
            assertThrows(SQLException.class, () -> connect(database, url));
            database.restart();

            assertEquals("a", query(database, url, "SELECT name FROM letter"));
        }
    }

    @Test
    void a_durable_database_waits_for_the_disk_and_keeps_what_was_committed_before_a_crash() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(true)) {
            assertEquals("on", query(database, database.jdbcUrl(), "SHOW fsync"));
            assertEquals("on", query(database, database.jdbcUrl(), "SHOW synchronous_commit"));
            String url = database.newDatabase("letters");
            execute(database, url, "CREATE TABLE letter AS SELECT 'a' AS name");

            try (Connection cutOff = connect(database, url)) {
                database.crash();
                assertFalse(cutOff.isValid(10));
            }
            database.restart();

            assertEquals("a", query(database, url, "SELECT name FROM letter"));
        }
    }

    @Test
    void nothing_is_left_after_close_and_closing_again_does_nothing() {
        EmbeddedServices services = EmbeddedServices.start(false);
        Path kafkaFolder = services.kafka().folder();
        Path databaseFolder = services.database().folder();
        assertTrue(Files.exists(kafkaFolder));
        assertFalse(processesOn(databaseFolder).isEmpty());

        services.close();
        services.close();

        assertFalse(Files.exists(kafkaFolder));
        assertFalse(Files.exists(databaseFolder));
        awaitEnd(databaseFolder);
        assertThrows(IllegalStateException.class, services.kafka()::restart);
        assertThrows(IllegalStateException.class, services.database()::restart);
    }

    @Test
    void nothing_is_left_and_nothing_is_said_after_sigterm_of_a_jvm_that_left_them_open() throws Exception {
        // given
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow"); // as ./contacts does
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LeavesThemOpen.class.getName()));
        Process jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            List<Path> folders = List.of(Path.of(output.readLine()), Path.of(output.readLine()));
            assertTrue(folders.stream().allMatch(Files::exists), () -> "no folders: " + folders);
            // when
            jvm.toHandle().destroy(); // Process.destroy would also close the output
            // then
            assertEquals(List.of(), output.lines().collect(Collectors.toList()));
            assertTrue(jvm.waitFor(LONGEST_WAIT.toSeconds(), SECONDS));
            assertTrue(folders.stream().noneMatch(Files::exists), () -> "left: " + folders);
            awaitEnd(folders.get(1));
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** The program of a JVM that only a signal ends. */
    static final class LeavesThemOpen {

        private LeavesThemOpen() {}

        public static void main(String[] arguments) {
            EmbeddedServices services = EmbeddedServices.start(false);
            System.out.println(services.kafka().folder());
            System.out.println(services.database().folder());
        }
    }

    private static void createTopic(EmbeddedKafka kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of(BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            TestTopics.create(admin, List.of(new NewTopic(TOPIC, 1, (short) 1)));
            assertEquals(Set.of(TOPIC), admin.listTopics().names().get());
        }
    }

    private static void publish(EmbeddedKafka kafka, String text, boolean commit) throws Exception {
        Map<String, Object> config =
                Map.of(BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(), TRANSACTIONAL_ID_CONFIG, "writer");
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, text)).get();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static List<String> firstCommitted(EmbeddedKafka kafka, int count) {
        Map<String, Object> config = Map.of(
                BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                GROUP_ID_CONFIG, "readers-of-" + count,
                GROUP_PROTOCOL_CONFIG, "consumer",
                AUTO_OFFSET_RESET_CONFIG, "earliest",
                ISOLATION_LEVEL_CONFIG, "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            List<String> texts = new ArrayList<>();
            await(count + " committed records").until(() -> {
                consumer.poll(Duration.ofSeconds(1)).forEach(found -> texts.add(found.value()));
                return texts.size() >= count;
            });
            return texts;
        }
    }

    private static Connection connect(EmbeddedDatabase database, String url) throws SQLException {
        return DriverManager.getConnection(url, database.username(), database.password());
    }

    private static void execute(EmbeddedDatabase database, String url, String sql) throws SQLException {
        try (Connection connection = connect(database, url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedDatabase database, String url, String sql) throws SQLException {
        try (Connection connection = connect(database, url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }

    private static List<ProcessHandle> processesOn(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
                .collect(Collectors.toList());
    }

    private static void awaitEnd(Path folder) {
        processesOn(folder)
                .forEach(process -> process.onExit().orTimeout(30, SECONDS).join());
    }
}
