package dev.messagecontact.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.database.Database;
import dev.messagecontact.database.Migration;
import dev.messagecontact.kafka.BoundedAdmin;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.settings.DatabaseSettings;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import dev.messagecontact.workshop.testkit.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Topics, a database and a group of a test's own on the test services, and workers in this JVM that use them. */
public final class TestStage implements AutoCloseable {

    private static final int POOL_SIZE = 8;

    private final String prefix = TestServices.uniquePrefix();
    private final String bootstrapServers;
    private final String commands;
    private final TestDatabase address;
    private final Database database;
    private final Admin admin;
    private final List<RunningWorker> workers = new ArrayList<>();
    private final List<Database> itsDatabases = new ArrayList<>();

    private TestStage(String bootstrapServers, TestDatabase address, @Nullable TestStage sharing) {
        LogLines.belongHere();
        this.bootstrapServers = bootstrapServers;
        this.address = address;
        this.commands = sharing == null ? prefix + "commands" : sharing.commands;
        DatabaseSettings databaseSettings = settings(Map.of("DATABASE_POOL_SIZE", Integer.toString(POOL_SIZE)))
                .database();
        this.database = new Database(databaseSettings);
        this.admin = admin();
    }

    /** A stage on the test services, whose command topic has this many partitions. */
    public static TestStage with(int partitions) {
        TestStage stage = new TestStage(TestServices.bootstrapServers(), TestServices.migratedDatabase(), null);
        stage.createTopics(List.of(stage.commandTopic(partitions)));
        return stage;
    }

    /** A stage on services of the test's own, which it may break. */
    public static TestStage on(EmbeddedServices services, int partitions) {
        return on(services.kafka(), services.database(), partitions);
    }

    /** A stage on servers of the test's own, which it may break. */
    public static TestStage on(EmbeddedKafka kafka, EmbeddedDatabase database, int partitions) {
        TestStage stage = new TestStage(kafka.bootstrapServers(), newDatabase(database), null);
        stage.createTopics(List.of(stage.commandTopic(partitions)));
        return stage;
    }

    /** A stage on a broker of the test's own, which it may break, and the test services' database. */
    public static TestStage on(EmbeddedKafka kafka, int partitions) {
        TestStage stage = new TestStage(kafka.bootstrapServers(), TestServices.migratedDatabase(), null);
        stage.createTopics(List.of(stage.commandTopic(partitions)));
        return stage;
    }

    /** A stage on the test services' broker and a database server of the test's own, which it may break. */
    public static TestStage on(EmbeddedDatabase database, int partitions) {
        TestStage stage = new TestStage(TestServices.bootstrapServers(), newDatabase(database), null);
        stage.createTopics(List.of(stage.commandTopic(partitions)));
        return stage;
    }

    private static TestDatabase newDatabase(EmbeddedDatabase database) {
        TestDatabase made = new TestDatabase(
                database.newDatabase(TestServices.uniquePrefix().replace('-', '_') + "stage"),
                database.username(),
                database.password());
        Migration.migrate(made.settings());
        return made;
    }

    /** A stage with this one's command topic, and all else new and empty. */
    public TestStage twin() {
        TestStage stage = new TestStage(bootstrapServers, TestServices.migratedDatabase(), this);
        stage.createTopics(List.of());
        return stage;
    }

    private NewTopic commandTopic(int partitions) {
        return new NewTopic(commands, partitions, (short) 1)
                .configs(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"));
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public String commands() {
        return commands;
    }

    public EventTopics events() {
        return new EventTopics(
                prefix + "results", prefix + "errors", prefix + "emails", prefix + "sms", prefix + "dead-letters");
    }

    /** The topic that the senders report verification outcomes on. */
    public String outcomes() {
        return prefix + "outcomes";
    }

    public String group() {
        return prefix + "group";
    }

    public DSLContext database() {
        return database.dsl();
    }

    /** Makes the test's own connections anew, after the server has cut them off. */
    public void reconnect() {
        database.pool().getHikariPoolMXBean().softEvictConnections();
    }

    public TestDatabase databaseAddress() {
        return address;
    }

    private void createTopics(List<NewTopic> besides) {
        EventTopics topics = events();
        List<NewTopic> all = new ArrayList<>(besides);
        Stream.of(
                        topics.results(),
                        topics.errors(),
                        topics.emailVerifications(),
                        topics.smsVerifications(),
                        topics.deadLetters(),
                        outcomes())
                .map(name -> new NewTopic(name, 2, (short) 1))
                .forEach(all::add);
        TestTopics.create(admin, all);
    }

    /** The caller closes it. */
    public Admin admin() {
        return new BoundedAdmin(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** The settings of a worker on this stage: the defaults of production, one lane, and what is given here. */
    public WorkerSettings settings(Map<String, String> environment) {
        return Settings.read(environment(environment), null).worker();
    }

    /** Runs the command line in this process, with the servers and names of this stage. */
    public CommandLineRun run(String... arguments) {
        return CommandLineRun.of(environment(Map.of()), arguments);
    }

    /** The same as {@link #settings}, as a process is told. */
    public Map<String, String> environment(Map<String, String> changes) {
        EventTopics topics = events();
        Map<String, String> all = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                "DATABASE_URL",
                address.jdbcUrl(),
                "DATABASE_USERNAME",
                address.username(),
                "DATABASE_PASSWORD",
                address.password(),
                "WORKER_GROUP_ID",
                group(),
                "WORKER_INSTANCE",
                "worker-" + workers.size(),
                "WORKER_LANES",
                "1",
                "MANAGEMENT_PORT",
                "0",
                "DURABILITY",
                "test"));
        all.putAll(Map.of(
                "TOPICS_COMMANDS", commands,
                "TOPICS_RESULTS", topics.results(),
                "TOPICS_ERRORS", topics.errors(),
                "TOPICS_EMAIL_VERIFICATIONS", topics.emailVerifications(),
                "TOPICS_SMS_VERIFICATIONS", topics.smsVerifications(),
                "TOPICS_DEAD_LETTERS", topics.deadLetters(),
                "TOPICS_VERIFICATION_OUTCOMES", outcomes()));
        all.putAll(changes);
        return all;
    }

    /** Starts a worker in a process of its own; the caller ends it. */
    public Process startProcess(Map<String, String> environment) {
        return startProcess(environment, "worker");
    }

    /** Starts a command in a process of its own; the caller ends it. */
    public Process startProcess(Map<String, String> environment, String... command) {
        return startProcess(List.of(), environment, command);
    }

    /** The same, in a JVM with these options. */
    public Process startProcess(List<String> options, Map<String, String> environment, String... command) {
        List<String> line = new ArrayList<>(List.of(WorkerProcess.java()));
        line.addAll(ClassArchive.with(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")));
        line.addAll(options);
        line.addAll(List.of("-cp", WorkerProcess.productionClassPath(), "dev.messagecontact.Contacts"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(environment(environment));
        try {
            return builder.inheritIO().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a worker in this JVM. */
    public RunningWorker startWorker() {
        return startWorker(Map.of());
    }

    /** Starts a worker in this JVM with these settings changed. */
    public RunningWorker startWorker(Map<String, String> environment) {
        return startWorker(environment, database);
    }

    /** Starts a worker in this JVM with these settings changed, on connections of the test's own. */
    public RunningWorker startWorker(Map<String, String> environment, Database itsDatabase) {
        RunningWorker worker = RunningWorker.start(settings(environment), itsDatabase);
        workers.add(worker);
        return worker;
    }

    /** Starts a worker in this JVM with these settings changed, on connections of its own that are made by them. */
    public RunningWorker startWorkerOnItsOwn(Map<String, String> environment) {
        Database own = new Database(settings(environment).database());
        itsDatabases.add(own);
        return startWorker(environment, own);
    }

    /** Lets the group miss a dead member after 2 seconds; Kafka's default is 45. */
    public void missMembersSoon() {
        missMembersAfter("2000");
    }

    /** Lets the group miss a dead member after so many milliseconds. */
    public void missMembersAfter(String sessionTimeout) {
        TestTopics.configure(
                admin,
                new ConfigResource(ConfigResource.Type.GROUP, group()),
                Map.of("consumer.session.timeout.ms", sessionTimeout));
    }

    /** How many partitions each member of the group owns; members without any are left out. */
    public List<Integer> owners() {
        try {
            return admin.describeConsumerGroups(List.of(group())).all().get().get(group()).members().stream()
                    .map(member -> member.assignment().topicPartitions().size())
                    .filter(partitions -> partitions > 0)
                    .toList();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes a topic's configuration. */
    public void configure(String topic, Map<String, String> changes) {
        TestTopics.configure(admin, topic, changes);
    }

    /** From now on publishers date their commands, as wrongly as they like. */
    public void letPublishersDate() {
        configure(
                commands(),
                Map.of(
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "CreateTime",
                        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                        Long.toString(Long.MAX_VALUE)));
    }

    /** A further topic of this stage's own; gives its name. */
    public String createTopic(String suffix, int partitions) {
        TestTopics.create(admin, List.of(new NewTopic(prefix + suffix, partitions, (short) 1)));
        return prefix + suffix;
    }

    /** What the group has committed, by partition of the command topic. */
    public Map<Integer, Long> committed() {
        try {
            Map<Integer, Long> committed = new HashMap<>();
            admin.listConsumerGroupOffsets(group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> {
                        if (offset != null && partition.topic().equals(commands)) {
                            committed.put(partition.partition(), offset.offset());
                        }
                    });
            return committed;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes the commands of a partition that stand before this offset; all if it is -1. */
    public void deleteCommands(int partition, long before) {
        TestTopics.deleteRecords(admin, new TopicPartition(commands, partition), before);
    }

    /** The offset that the next record of this partition of the command topic gets. */
    public long endOffset(int partition) {
        TopicPartition id = new TopicPartition(commands, partition);
        try {
            return admin.listOffsets(Map.of(id, OffsetSpec.latest()))
                    .partitionResult(id)
                    .get()
                    .offset();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Publishes records to the command topic in this order; they are acknowledged when it returns. */
    public List<RecordMetadata> submit(List<ProducerRecord<byte[], byte[]>> records) {
        return submit(records, "none");
    }

    /** The same, with this compression. */
    public List<RecordMetadata> submit(List<ProducerRecord<byte[], byte[]>> records, String compression) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                compression,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                // To a new partition, a later request may get in before the first, which then never will.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                300L * 1024 * 1024,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                300 * 1024 * 1024);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent =
                    records.stream().map(producer::send).toList();
            List<RecordMetadata> acknowledged = new ArrayList<>();
            for (Future<RecordMetadata> each : sent) {
                acknowledged.add(each.get());
            }
            return acknowledged;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A producer with this transactional id, ready to begin; it ends what another one of this id has left open. */
    public Producer<byte[], byte[]> transactionalProducer(String id) {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    /** A record for the command topic. */
    public ProducerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
        return new ProducerRecord<>(commands(), key, value);
    }

    /** Waits for this many answers in all and gives them; more than these are an error. */
    public List<ConsumerRecord<byte[], byte[]>> answers(int count) {
        try (EventReader reader = reader(events().results(), events().errors())) {
            return List.copyOf(reader.until(read -> read.size() >= count));
        }
    }

    /** How each command of a topic with one partition was answered, in their order: the code of an error, or Added. */
    public List<String> codes(int count) {
        Map<Long, String> byOffset = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> answer : answers(count)) {
            String id = EventReader.header(answer, "ce_id"); // it ends with the command's offset
            String code =
                    JsonMapper.shared().readTree(answer.value()).path("Code").asString("Added");
            byOffset.put(Long.parseLong(id.substring(id.lastIndexOf('.') + 1)), code);
        }
        assertEquals(count, byOffset.size());
        return List.copyOf(byOffset.values());
    }

    /** What stands in a topic now. */
    public List<ConsumerRecord<byte[], byte[]>> all(String... topics) {
        try (EventReader reader = reader(topics)) {
            return List.copyOf(reader.all());
        }
    }

    public EventReader reader(String... topics) {
        return new EventReader(bootstrapServers, topics);
    }

    /** Closes later without complaint of workers that died, as they were meant to. */
    public void forgetDead() {
        workers.removeIf(RunningWorker::isDead);
    }

    @Override
    public void close() {
        workers.forEach(RunningWorker::stop);
        itsDatabases.forEach(Database::close);
        database.close();
        admin.close(Duration.ZERO);
    }
}
