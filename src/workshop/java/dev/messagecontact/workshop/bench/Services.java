package dev.messagecontact.workshop.bench;

import dev.messagecontact.database.Migration;
import dev.messagecontact.kafka.BoundedAdmin;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.topics.Topics;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A durable PostgreSQL and a broker in processes of their own, with topics and tables for worker and bare loop. */
final class Services implements AutoCloseable {

    private final EmbeddedDatabase database;
    private final JavaProcess broker;
    private final Map<String, String> environment;
    private final WorkerSettings settings;
    private final Admin admin;

    private Services(EmbeddedDatabase database, JavaProcess broker, Map<String, String> overrides) {
        this.database = database;
        this.broker = broker;
        this.environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.line(),
                "DATABASE_URL", database.newDatabase("contacts"),
                "DATABASE_USERNAME", database.username(),
                "DATABASE_PASSWORD", database.password(),
                "DURABILITY", "test"));
        environment.putAll(overrides);
        this.settings = Settings.read(environment, null).worker();
        this.admin = new BoundedAdmin(settings.kafka().forAdmin());
    }

    static Services start(Map<String, String> overrides, Path log) {
        List<String> asKafkasOwnScript = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");
        JavaProcess broker = JavaProcess.start(BrokerMain.class, asKafkasOwnScript, List.of(), log);
        Services services = new Services(EmbeddedDatabase.start(true), broker, overrides);
        services.prepare();
        return services;
    }

    private void prepare() {
        Migration.migrate(settings.database());
        execute(BareLoop.TABLES);
        new Topics(admin, settings.topics(), settings.commands().maxValueBytes()).createMissing();
        List<NewTopic> bare = BareLoop.TOPICS.stream()
                .map(topic -> new NewTopic(topic, Optional.of(settings.topics().partitions()), Optional.empty()))
                .toList();
        try {
            admin.createTopics(bare).all().get();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fills worker's and bare loop's tables with contacts, ten in each of as many directories as that takes. */
    void store(int contacts) {
        execute("""
                insert into resource_directory select 'old-' || i, 10 from generate_series(0, %1$d / 10 - 1) i;
                insert into message_contact
                select 'old-' || i / 10, 'c-' || substr(md5(i::text), 1, 16), md5(i::text),
                       'tom' || translate((i %% 10)::text, '0123456789', 'abcdefghij'),
                       'someone' || i || '@example.com', '86-13900001234', 'CEO', '{ServiceMessage}', 'Active', now(), i,
                       '00000000-0000-0000-0000-000000000000', 0, i
                from generate_series(0, %1$d - 1) i;
                insert into bare_directory select * from resource_directory;
                insert into bare_contact select * from message_contact;
                vacuum analyze""".formatted(contacts));
    }

    /** Makes the directories that commands are for, all of one account. */
    void makeDirectories(int directories, String accountId) {
        execute("""
                insert into resource_directory (directory_id, account_id)
                select 'rd-' || i, '%2$s' from generate_series(0, %1$d - 1) i;
                vacuum analyze resource_directory""".formatted(directories, accountId));
    }

    /** How many contacts the worker's table holds. */
    long contacts() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from message_contact")) {
            count.next();
            return count.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("the contacts could not be counted", e);
        }
    }

    WorkerSettings settings() {
        return settings;
    }

    String commandTopic() {
        return settings.topics().names().commands();
    }

    /** The commands of a measurement. */
    CommandMix mix(BenchSettings measurement) {
        return new CommandMix(commandTopic(), measurement.seed(), measurement.directories());
    }

    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                settings.kafka().forProducer(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a command that got lost would be missed among the answers
    static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> command) {
        producer.send(command);
    }

    /** Starts a worker of this number, which writes its log into the folder. */
    WorkerProcess startWorker(int number, List<String> jvmOptions, Path logs) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("WORKER_INSTANCE", "bench-" + number);
        return WorkerProcess.start(jvmOptions, all, logs.resolve("worker-" + number + ".log"));
    }

    /** The sum of the offsets that a group has committed; 0 if the group is not there yet. */
    long committed(String group) {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return offsets.values().stream()
                    .mapToLong(offset -> offset == null ? 0 : offset.offset())
                    .sum();
        } catch (ExecutionException notYet) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * CPU seconds of both servers and of the measured processes so far.
     *
     * @param workers the measured processes, which count as one
     */
    Map<String, Double> cpuSeconds(List<Long> workers) {
        Map<String, Double> used = new TreeMap<>();
        used.put("broker", ProcessUsage.cpuSeconds(broker.pid()));
        used.put("postgresql", ProcessUsage.cpuSeconds(database.pid()));
        used.put(
                "worker", workers.stream().mapToDouble(ProcessUsage::cpuSeconds).sum());
        return used;
    }

    /** What was used between two answers of {@link #cpuSeconds}. */
    static Map<String, Double> difference(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> difference = new TreeMap<>();
        after.forEach((process, seconds) -> difference.put(process, seconds - before.getOrDefault(process, 0.0)));
        return difference;
    }

    void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String each : sql.split(";")) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database could not be prepared", e);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(settings.database().url(), database.username(), database.password());
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
        database.close();
    }
}
