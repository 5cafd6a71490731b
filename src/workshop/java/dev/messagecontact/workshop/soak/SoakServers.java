package dev.messagecontact.workshop.soak;

import dev.messagecontact.database.Database;
import dev.messagecontact.database.Migration;
import dev.messagecontact.kafka.BoundedAdmin;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.audit.Audit;
import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.topics.Topics;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A broker and a database with topics and schema, and a slot for each worker, which reaches both through proxies. */
final class SoakServers implements AutoCloseable {

    static final int LANES = 2;
    static final String GROUP = "soak";

    private static final int PARTITIONS = 6;

    /** The broker expires members soon, so that others take over while an expired member still believes to be one. */
    private static final Map<String, String> BROKER = Map.of(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found", "true",
            "group.consumer.session.timeout.ms", "6000",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    /** The waits of production, shortened so that many faults fit into a minute. */
    private static final Map<String, String> WAITS = Map.of(
            "DATABASE_CONNECT_TIMEOUT", "PT2S",
            "DATABASE_STATEMENT_TIMEOUT", "PT3S",
            "DATABASE_SOCKET_TIMEOUT", "PT5S",
            "DIRECTORY_LOCK_BUDGET", "PT2S",
            "WORKER_TRANSACTION_TIMEOUT", "PT10S",
            "WORKER_MAX_POLL_INTERVAL", "PT30S",
            "WORKER_SHUTDOWN_LIMIT", "PT40S");

    private final EmbeddedServices services;
    private final String databaseUrl;
    private final WorkerSettings settings;
    private final Database database;
    private final Admin admin;
    private final List<WorkerSlot> slots;

    private SoakServers(
            EmbeddedServices services, List<FaultyProxy> toBroker, SoakSettings soak, Consumer<String> complaints) {
        this.services = services;
        this.databaseUrl = services.database().newDatabase("contacts");
        this.settings = Settings.read(directly(), null).worker();
        this.slots = slots(toBroker, soak, complaints);
        Migration.migrate(settings.database());
        this.database = new Database(settings.database());
        this.admin = new BoundedAdmin(settings.kafka().forAdmin());
        new Topics(admin, settings.topics(), settings.commands().maxValueBytes()).createMissing();
    }

    /** Starts the servers; no worker runs yet. */
    static SoakServers start(SoakSettings soak, Consumer<String> complaints) {
        List<FaultyProxy> toBroker = IntStream.range(0, soak.workers())
                .mapToObj(worker -> FaultyProxy.open())
                .toList();
        List<Integer> ports = toBroker.stream().map(FaultyProxy::port).toList();
        EmbeddedServices services = EmbeddedServices.start(true, () -> EmbeddedKafka.start(BROKER, ports));
        return new SoakServers(services, toBroker, soak, complaints);
    }

    private List<WorkerSlot> slots(List<FaultyProxy> toBroker, SoakSettings soak, Consumer<String> complaints) {
        List<WorkerSlot> all = new ArrayList<>();
        for (int worker = 0; worker < soak.workers(); worker++) {
            toBroker.get(worker).leadTo(services.kafka().behind(worker));
            FaultyProxy toDatabase = FaultyProxy.open().leadTo(port(databaseUrl));
            all.add(new WorkerSlot(
                    toDatabase, toBroker.get(worker), soak.logs().resolve(instance(worker) + ".log"), complaints));
        }
        return List.copyOf(all);
    }

    /** Starts the first worker of each slot. */
    void startWorkers() {
        for (int worker = 0; worker < slots.size(); worker++) {
            slots.get(worker).startFirst(throughProxies(worker));
        }
    }

    List<WorkerSlot> slots() {
        return slots;
    }

    EmbeddedKafka kafka() {
        return services.kafka();
    }

    EmbeddedDatabase databaseServer() {
        return services.database();
    }

    String databaseUrl() {
        return databaseUrl;
    }

    Database database() {
        return database;
    }

    Admin admin() {
        return admin;
    }

    /** The workers' settings, without the proxies between them and the servers. */
    WorkerSettings settings() {
        return settings;
    }

    String commandTopic() {
        return settings.topics().names().commands();
    }

    /** How a worker is named, here and in its client ids. */
    static String instance(int worker) {
        return "worker-" + (worker + 1);
    }

    /** Whether the group has committed all that is in the topics with commands. */
    boolean isDrained() {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        settings.topics()
                .names()
                .taken()
                .forEach(topic -> IntStream.range(0, PARTITIONS)
                        .forEach(i -> latest.put(new TopicPartition(topic, i), OffsetSpec.latest())));
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return admin.listOffsets(latest).all().get().entrySet().stream()
                    .allMatch(end -> end.getValue().offset() == 0
                            || committed.get(end.getKey()) != null
                                    && committed.get(end.getKey()).offset()
                                            >= end.getValue().offset());
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    AuditReport audit() {
        return new Audit(settings, database.dsl(), Duration.ofSeconds(5), 20, Progress.NONE).of(Selection.ALL);
    }

    @Override
    public void close() {
        slots.forEach(WorkerSlot::close);
        admin.close();
        database.close();
        services.close();
    }

    private Map<String, String> directly() {
        Map<String, String> all = new HashMap<>(WAITS);
        all.put("KAFKA_BOOTSTRAP_SERVERS", services.kafka().bootstrapServers());
        all.put("DATABASE_URL", databaseUrl);
        all.put("DATABASE_USERNAME", services.database().username());
        all.put("DATABASE_PASSWORD", services.database().password());
        all.put("TOPICS_PARTITIONS", String.valueOf(PARTITIONS));
        all.put("WORKER_GROUP_ID", GROUP);
        all.put("WORKER_LANES", String.valueOf(LANES));
        all.put("WORKER_BATCH_SIZE", "200");
        all.put("DURABILITY", "test");
        return all;
    }

    private Map<String, String> throughProxies(int worker) {
        WorkerSlot slot = slots.get(worker);
        Map<String, String> all = directly();
        all.put("WORKER_INSTANCE", instance(worker));
        all.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + slot.toBroker.port());
        all.put("DATABASE_URL", databaseUrl.replace(":" + port(databaseUrl) + "/", ":" + slot.toDatabase.port() + "/"));
        return all;
    }

    private static int port(String databaseUrl) {
        return URI.create(databaseUrl.substring("jdbc:".length())).getPort();
    }
}
