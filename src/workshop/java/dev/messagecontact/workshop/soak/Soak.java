package dev.messagecontact.workshop.soak;

import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.workshop.embedded.AtExit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs workers under load on a broker and a database of their own, causes faults meanwhile, and audits what the workers
 * did. One thread runs it. What is not closed is closed when the JVM exits: the processes, the servers and their data are
 * gone then.
 */
public final class Soak implements AutoCloseable {

    /** How long it waits for the first answer, the end of the last fault, and the last answers, each. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Logger log = LoggerFactory.getLogger(Soak.class);

    private final SoakSettings settings;
    private final List<PlannedFault> plan;
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicInteger faults = new AtomicInteger();
    private final ExecutorService faultThreads = Executors.newCachedThreadPool(Soak::daemon);
    private final SoakServers servers;
    private final FaultInjector injector;

    private Soak(SoakSettings settings) {
        this.settings = settings;
        this.plan = FaultPlan.of(settings.seed(), settings.length(), settings.workers(), settings.kinds());
        this.servers = SoakServers.start(settings, this::complain);
        this.injector = new FaultInjector(servers, new Disasters(servers));
    }

    /** Starts the servers; no worker runs yet. */
    public static Soak prepare(SoakSettings settings) {
        Soak soak = new Soak(settings);
        AtExit.close(soak); // before its servers: they were started first
        return soak;
    }

    /** The faults to come, a line each. */
    public List<String> plan() {
        return plan.stream().map(PlannedFault::toString).toList();
    }

    /**
     * Runs it to the end.
     *
     * @param progress gets a line about the progress every second
     * @return what came of it
     */
    public SoakReport run(Consumer<String> progress) {
        TopicNames topics = servers.settings().topics().names();
        String brokers = servers.kafka().bootstrapServers();
        servers.startWorkers();
        CommandStream stream = new CommandStream(topics, settings.seed(), System::currentTimeMillis);
        try (AnswerCount answers = AnswerCount.start(brokers, List.of(topics.results(), topics.errors()))) {
            Load load = Load.start(brokers, stream, settings.commandsPerSecond());
            try (load) {
                awaitFirstAnswer(load, answers, progress);
                causeFaults(line -> progress.accept(line + counts(load, answers)));
            }
            if (load.failure() != null) {
                complain("the load could not be published: " + load.failure());
            }
            boolean drained = await(
                    servers::isDrained,
                    () -> progress.accept("waiting for the last answers: " + counts(load, answers)));
            if (!drained) {
                complain("there were commands left to answer after " + LIMIT.toSeconds() + " s without faults");
            }
            servers.slots().forEach(WorkerSlot::end);
            progress.accept("auditing: " + counts(load, answers));
            return report(load, answers, drained ? audit() : null);
        }
    }

    /** A fault shows little while no worker has begun. */
    private void awaitFirstAnswer(Load load, AnswerCount answers, Consumer<String> progress) {
        if (!await(
                () -> answers.count() > 0,
                () -> progress.accept("waiting for the first answer: " + counts(load, answers)))) {
            complain("no command was answered within " + LIMIT.toSeconds() + " s of the start");
        }
    }

    private AuditReport audit() {
        injector.trustSendersClocks();
        return servers.audit();
    }

    private SoakReport report(Load load, AnswerCount answers, @Nullable AuditReport audit) {
        int processes = servers.slots().stream().mapToInt(WorkerSlot::processes).sum();
        long commands =
                audit == null ? load.count() : audit.count(AuditReport.Counted.COMMANDS); // a fault publishes too
        return new SoakReport(commands, answers.count(), faults.get(), processes, List.copyOf(complaints), audit);
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
    private void causeFaults(Consumer<String> progress) {
        List<PlannedFault> left = new ArrayList<>(plan);
        long start = System.nanoTime();
        long nextLine = 0;
        for (long passed = 0; passed < settings.length().toNanos(); passed = System.nanoTime() - start) {
            while (!left.isEmpty() && left.get(0).start().toNanos() <= passed) {
                PlannedFault fault = left.remove(0);
                faultThreads.execute(() -> cause(fault));
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
        servers.slots().forEach(WorkerSlot::requireAlive);
    }

    private void cause(PlannedFault fault) {
        try {
            log.info("begins: {}", fault);
            injector.cause(fault);
            log.info("over: {}", fault);
            faults.incrementAndGet();
        } catch (RuntimeException e) {
            complain(fault.kind() + " could not be caused: " + e);
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

    /** Ends everything that was started. A second call does nothing. */
    @Override
    public void close() {
        injector.endAll();
        faultThreads.shutdownNow();
        AtExit.forget(this);
        servers.close();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "fault");
        thread.setDaemon(true);
        return thread;
    }
}
