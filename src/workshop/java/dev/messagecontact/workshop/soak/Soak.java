package dev.messagecontact.workshop.soak;

import dev.messagecontact.database.Database;
import dev.messagecontact.database.Migration;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.audit.Audit;
import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.topics.Topics;
import dev.messagecontact.workshop.embedded.AtExit;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import dev.messagecontact.workshop.testkit.FaultyProxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers under load on a broker and a database of their own, while faults befall all of them, and the audit of what they
 * did. One thread runs it. What is not closed is closed when the JVM exits: the processes, the servers and their data are
 * gone then.
 */
public final class Soak implements AutoCloseable {

    /** How long it waits for what must come. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final int PARTITIONS = 6;
    static final int LANES = 2;
    static final String GROUP = "soak";

    /** Members are missed soon, so that others take over while the missed one still believes to be at work. */
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

    private static final Logger log = LoggerFactory.getLogger(Soak.class);

    private final SoakSettings settings;
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicInteger faults = new AtomicInteger();
    private final ExecutorService faultThreads = Executors.newCachedThreadPool(Soak::daemon);
    private final List<WorkerSlot> posts = new ArrayList<>();
    private final EmbeddedServices services;
    private final String databaseUrl;
    private final WorkerSettings plan;
    private final Database database;
    private final Admin admin;
    private final FaultInjector injector;

    private Soak(SoakSettings settings, EmbeddedServices services, List<FaultyProxy> toBroker) {
        this.settings = settings;
        this.services = services;
        EmbeddedKafka kafka = services.kafka();
        EmbeddedDatabase server = services.database();
        this.databaseUrl = server.newDatabase("contacts");
        this.plan = Settings.read(directly(), null).worker();
        for (int i = 0; i < settings.workers(); i++) {
            toBroker.get(i).leadTo(kafka.behind(i));
            FaultyProxy toDatabase = FaultyProxy.open().leadTo(port(databaseUrl));
            posts.add(new WorkerSlot(toDatabase, toBroker.get(i), log(i), this::complain));
        }
        Migration.migrate(plan.database());
        this.database = new Database(plan.database());
        this.admin = Admin.create(plan.kafka().forAdmin());
        new Topics(admin, plan.topics(), plan.commands().maxValueBytes()).createMissing();
        this.injector = new FaultInjector(
                kafka,
                server,
                databaseUrl,
                admin,
                plan.topics().names().commands(),
                posts,
                new Disasters(kafka, server, plan, database, admin, posts));
    }

    /** Starts the servers; nothing befalls them yet. */
    public static Soak prepare(SoakSettings settings) {
        List<FaultyProxy> proxies = IntStream.range(0, settings.workers())
                .mapToObj(i -> FaultyProxy.open())
                .toList();
        List<Integer> ports = proxies.stream().map(FaultyProxy::port).toList();
        EmbeddedServices services = EmbeddedServices.start(true, () -> EmbeddedKafka.start(BROKER, ports));
        Soak soak = new Soak(settings, services, proxies);
        AtExit.close(soak); // before its servers: they were started first
        return soak;
    }

    /** The faults to come, a line each. */
    public List<String> plan() {
        return faultPlan().stream().map(PlannedFault::toString).toList();
    }

    private List<PlannedFault> faultPlan() {
        return FaultPlan.of(settings.seed(), settings.length(), settings.workers(), settings.kinds());
    }

    /**
     * Runs it to the end.
     *
     * @param progress gets a line about the progress every second
     * @return what came of it
     */
    public SoakReport run(Consumer<String> progress) {
        TopicNames topics = plan.topics().names();
        for (int i = 0; i < posts.size(); i++) {
            posts.get(i).takeUp(throughProxies(i));
        }
        CommandStream stream = new CommandStream(topics, settings.seed(), System::currentTimeMillis);
        List<String> answerTopics = List.of(topics.results(), topics.errors());
        try (AnswerCount answers = AnswerCount.start(services.kafka().bootstrapServers(), answerTopics)) {
            Load load = Load.start(services.kafka().bootstrapServers(), stream, settings.commandsPerSecond());
            try (load) {
                // What befalls workers before they have begun shows little.
                if (!await(
                        () -> answers.count() > 0,
                        () -> progress.accept("waiting for the first answer: " + counts(load, answers)))) {
                    complain("no command was answered within " + LIMIT.toSeconds() + " s of the start");
                }
                sufferFaults(line -> progress.accept(line + counts(load, answers)));
            }
            if (load.failure() != null) {
                complain("the load could not be published: " + load.failure());
            }
            boolean drained = await(
                    this::isDrained, () -> progress.accept("waiting for the last answers: " + counts(load, answers)));
            if (!drained) {
                complain("there were commands left to answer after " + LIMIT.toSeconds() + " s without faults");
            }
            posts.forEach(WorkerSlot::end);
            progress.accept("auditing: " + counts(load, answers));
            AuditReport report = drained ? audit() : null;
            int processes = posts.stream().mapToInt(WorkerSlot::processes).sum();
            long commands =
                    report == null ? load.count() : report.count(AuditReport.Counted.COMMANDS); // a fault publishes too
            return new SoakReport(commands, answers.count(), faults.get(), processes, List.copyOf(complaints), report);
        }
    }

    private void complain(String line) {
        complaints.add(line);
        log.error("{}", line);
    }

    private String counts(Load load, AnswerCount answers) {
        return "%,d commands, %,d answers, %d faults, %d complaints"
                .formatted(load.count(), answers.count(), faults.get(), complaints.size());
    }

    /** Returns when the last fault is over. */
    private void sufferFaults(Consumer<String> progress) {
        List<PlannedFault> left = new ArrayList<>(faultPlan());
        long start = System.nanoTime();
        long nextLine = 0;
        for (long passed = 0; passed < settings.length().toNanos(); passed = System.nanoTime() - start) {
            while (!left.isEmpty() && left.get(0).start().toNanos() <= passed) {
                PlannedFault fault = left.remove(0);
                faultThreads.execute(() -> bringAbout(fault));
            }
            if (passed >= nextLine) {
                progress.accept("%d of %d s: "
                        .formatted(passed / 1_000_000_000L, settings.length().toSeconds()));
                nextLine = passed + 1_000_000_000L;
            }
            LockSupport.parkNanos(20_000_000L);
        }
        faultThreads.shutdown();
        awaitFaults();
        posts.forEach(WorkerSlot::requireAlive);
    }

    private void bringAbout(PlannedFault fault) {
        try {
            log.info("begins: {}", fault);
            injector.bringAbout(fault);
            log.info("over: {}", fault);
            faults.incrementAndGet();
        } catch (RuntimeException e) {
            complain(fault.kind() + " could not be brought about: " + e);
        }
    }

    private void awaitFaults() {
        try {
            if (!faultThreads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                complain("a fault did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean await(BooleanSupplier state, Runnable progress) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            progress.run();
            LockSupport.parkNanos(1_000_000_000L);
        }
        return true;
    }

    /** Whether the group has committed all that is in the topics with commands. */
    private boolean isDrained() {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        plan.topics()
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

    private AuditReport audit() {
        injector.trustSendersClocks();
        return new Audit(plan, database.dsl(), Duration.ofSeconds(5), 20, Progress.NONE).of(Selection.ALL);
    }

    /** Ends everything that was started. A second call does nothing. */
    @Override
    public void close() {
        injector.hurry();
        faultThreads.shutdownNow();
        posts.forEach(WorkerSlot::close);
        admin.close(Duration.ofSeconds(1));
        database.close();
        AtExit.forget(this);
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
        WorkerSlot post = posts.get(worker);
        Map<String, String> all = directly();
        all.put("WORKER_INSTANCE", instance(worker));
        all.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + post.toBroker.port());
        all.put("DATABASE_URL", databaseUrl.replace(":" + port(databaseUrl) + "/", ":" + post.toDatabase.port() + "/"));
        return all;
    }

    static String instance(int worker) {
        return "worker-" + (worker + 1);
    }

    private Path log(int worker) {
        return settings.logs().resolve(instance(worker) + ".log");
    }

    private static int port(String databaseUrl) {
        return URI.create(databaseUrl.substring("jdbc:".length())).getPort();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "fault");
        thread.setDaemon(true);
        return thread;
    }
}
