package dev.messagecontact.workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The least that any worker of this design has to do, and nothing more: poll, parse, insert, publish 2 to 3 events with
 * the contract's headers, in one database and one Kafka transaction per poll, the next poll meanwhile. It validates,
 * decides, measures and recovers nothing; the worker is compared with it. A process of its own, with tables and event
 * topics of its own.
 */
final class BareLoop implements Runnable {

    static final List<String> TOPICS = List.of("bare.results", "bare.email-verifications", "bare.sms-verifications");

    static final String TABLES = """
            create table bare_directory (like resource_directory including all) with (fillfactor = 70);
            create table bare_contact (like message_contact including all)""";

    private static final String COUNT = """
            insert into bare_directory as d (directory_id, contact_count) select * from unnest(?, ?)
            on conflict (directory_id) do update set contact_count = d.contact_count + excluded.contact_count""";
    private static final String INSERT = """
            insert into bare_contact
            select directory_id, contact_id, request_id, name, email_address, phone_number, title,
                   string_to_array(message_types, ','), 'Verifying', now(), fingerprint, gen_random_uuid(), part, position
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as batch(directory_id, contact_id, request_id, name,
                   email_address, phone_number, title, message_types, fingerprint, part, position)
            on conflict do nothing""";

    private final JsonMapper json = new JsonMapper();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Connection database;
    private final String topic;
    private final ExecutorService publishing = Executors.newSingleThreadExecutor();
    private CompletableFuture<@Nullable Void> published = CompletableFuture.completedFuture(null);

    private BareLoop(String servers, String databaseUrl, String topic, String group, int lane, int batchSize)
            throws SQLException {
        this.topic = topic;
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        servers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        "consumer",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        4 * 1024 * 1024,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        batchSize),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        servers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        group + "-" + lane,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024,
                        ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                        5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        database = DriverManager.getConnection(databaseUrl, "postgres", "postgres");
        database.setAutoCommit(false);
    }

    /** @param arguments brokers, database, topic, group, lanes, batch size */
    public static void main(String[] arguments) throws SQLException, IOException {
        int lanes = Integer.parseInt(arguments[4]);
        for (int lane = 0; lane < lanes; lane++) {
            BareLoop loop = new BareLoop(
                    arguments[0], arguments[1], arguments[2], arguments[3], lane, Integer.parseInt(arguments[5]));
            new Thread(loop, "bare-" + lane).start();
        }
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void run() {
        producer.initTransactions();
        consumer.subscribe(List.of(topic));
        while (true) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
            if (!records.isEmpty()) {
                List<Command> commands = parse(records);
                insert(commands);
                published.join();
                ConsumerGroupMetadata group = consumer.groupMetadata();
                published = CompletableFuture.runAsync(() -> publish(commands, group), publishing);
            }
        }
    }

    private List<Command> parse(ConsumerRecords<byte[], byte[]> records) {
        List<Command> commands = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            commands.add(new Command(record, json.readTree(record.value())));
        }
        return commands;
    }

    private void insert(List<Command> unsorted) {
        List<Command> commands = unsorted.stream()
                .sorted(Comparator.comparing((Command command) -> command.text("ResourceDirectoryId"))
                        .thenComparing(Command::contactId))
                .toList();
        Map<String, Integer> counts = new TreeMap<>();
        commands.forEach(command -> counts.merge(command.text("ResourceDirectoryId"), 1, Integer::sum));
        try (PreparedStatement count = database.prepareStatement(COUNT);
                PreparedStatement insert = database.prepareStatement(INSERT)) {
            count.setArray(1, database.createArrayOf("varchar", counts.keySet().toArray(String[]::new)));
            count.setArray(2, database.createArrayOf("integer", counts.values().toArray(Integer[]::new)));
            count.executeUpdate();
            insert.setArray(1, texts(commands, command -> command.text("ResourceDirectoryId")));
            insert.setArray(2, texts(commands, Command::contactId));
            insert.setArray(3, texts(commands, command -> command.text("RequestId")));
            insert.setArray(4, texts(commands, command -> command.text("Name")));
            insert.setArray(5, texts(commands, command -> command.text("EmailAddress")));
            insert.setArray(6, texts(commands, command -> command.phone() ? command.text("PhoneNumber") : null));
            insert.setArray(7, texts(commands, command -> command.text("Title")));
            insert.setArray(8, texts(commands, Command::messageTypes));
            insert.setArray(9, longs(commands, Command::fingerprint));
            insert.setArray(10, longs(commands, command -> (long) command.record.partition()));
            insert.setArray(11, longs(commands, command -> command.record.offset()));
            insert.executeUpdate();
            database.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("the bare loop recovers from nothing", e);
        }
    }

    private Array texts(List<Command> commands, Function<Command, @Nullable String> value) throws SQLException {
        return database.createArrayOf("varchar", commands.stream().map(value).toArray(String[]::new));
    }

    private Array longs(List<Command> commands, Function<Command, Long> value) throws SQLException {
        return database.createArrayOf("bigint", commands.stream().map(value).toArray(Long[]::new));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a send that failed makes the transaction's commit fail
    private void publish(List<Command> commands, ConsumerGroupMetadata group) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        producer.beginTransaction();
        for (Command command : commands) {
            ConsumerRecord<byte[], byte[]> record = command.record;
            offsets.put(new TopicPartition(topic, record.partition()), new OffsetAndMetadata(record.offset() + 1));
            for (int i = 0; i < (command.phone() ? 3 : 2); i++) {
                producer.send(command.event(TOPICS.get(i)));
            }
        }
        producer.sendOffsetsToTransaction(offsets, group);
        producer.commitTransaction();
    }

    private record Command(ConsumerRecord<byte[], byte[]> record, JsonNode json) {

        String text(String field) {
            return json.path(field).asString();
        }

        boolean phone() {
            return json.has("PhoneNumber");
        }

        String contactId() {
            return "c-" + text("RequestId");
        }

        long fingerprint() {
            return json.hashCode();
        }

        String messageTypes() {
            List<String> types = new ArrayList<>();
            json.path("MessageTypes").forEach(type -> types.add(type.asString()));
            return String.join(",", types);
        }

        /** Of about the size of the worker's. */
        ProducerRecord<byte[], byte[]> event(String topic) {
            String value = "{\"VerificationId\":\"v-0123456789abcdef\",\"RequestId\":\"" + text("RequestId")
                    + "\",\"ResourceDirectoryId\":\"" + text("ResourceDirectoryId") + "\",\"ContactId\":\""
                    + "c-0123456789abcdef" + "\",\"Name\":\"" + text("Name") + "\"}";
            ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(topic, record.key(), value.getBytes(UTF_8));
            event.headers()
                    .add("ce_specversion", "1.0".getBytes(UTF_8))
                    .add("ce_id", text("RequestId").getBytes(UTF_8))
                    .add("ce_source", "/message-contact-worker".getBytes(UTF_8))
                    .add("ce_type", "messagecontact.email-verification-requested.v1".getBytes(UTF_8))
                    .add("ce_time", "2026-11-25T03:48:16.123Z".getBytes(UTF_8))
                    .add("ce_subject", record.key())
                    .add("content-type", "application/json".getBytes(UTF_8));
            return event;
        }
    }
}
