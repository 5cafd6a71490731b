package dev.messagecontact.intake;

import dev.messagecontact.authorization.token.Authorization;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.kafka.LastingAdmin;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lanes of one process. One thread runs it; any thread may call {@link #stop}. */
public final class Worker {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final WorkerSettings settings;
    private final DSLContext database;
    private final IntFunction<? extends LaneListener> listeners;
    private final String version;
    private final Authorization authorization;
    private final List<Lane> lanes = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> death = new AtomicReference<>();
    private volatile boolean started;
    private boolean stopping;

    /**
     * @param listeners makes the listener of a lane, by its number from 0
     * @param version of this worker, written on dead letters
     * @param authorization by the same settings; the caller closes it after the worker
     */
    public Worker(
            WorkerSettings settings,
            DSLContext database,
            IntFunction<? extends LaneListener> listeners,
            String version,
            Authorization authorization) {
        this.settings = settings;
        this.database = database;
        this.listeners = listeners;
        this.version = version;
        this.authorization = authorization;
    }

    /**
     * Takes commands until {@link #stop} is called.
     *
     * @throws OperatorException if a lane stopped because a person must act; the other lanes are stopped then
     * @throws IllegalStateException if a lane died of something that is neither a fault nor a wrong command; the other
     *     lanes are stopped then
     */
    public void run() {
        started = true;
        KafkaClients clients = new KafkaClients(settings);
        try (LastingAdmin admin = new LastingAdmin(clients::admin)) {
            List<Thread> threads = start(new LaneFactory(settings, database, version, authorization, clients, admin));
            log.info(
                    "{} lanes of group {} take commands from {}",
                    settings.lanes(),
                    settings.groupId(),
                    String.join(" and ", settings.topics().names().taken()));
            threads.forEach(this::join);
        } finally {
            ended.countDown();
        }
        Throwable cause = death.get();
        if (cause != null) {
            throw told(cause);
        }
        log.info("the worker has stopped");
    }

    private static RuntimeException told(Throwable cause) {
        return cause instanceof OperatorException told ? told : new IllegalStateException("a lane died", cause);
    }

    /** Lets {@link #run} end after the batches under way; returns at once. */
    public void stop() {
        synchronized (lanes) {
            stopping = true;
            lanes.forEach(Lane::stop);
        }
    }

    /** Whether {@link #run} was ever called. */
    public boolean hasStarted() {
        return started;
    }

    /** Whether a lane died. */
    public boolean hasDied() {
        return death.get() != null;
    }

    /**
     * Waits until {@link #run} has ended.
     *
     * @return false if it has not within this time
     */
    public boolean awaitEnd(Duration limit) {
        try {
            return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<Thread> start(LaneFactory factory) {
        List<Thread> threads = new ArrayList<>();
        synchronized (lanes) {
            for (int i = 0; i < settings.lanes() && !stopping; i++) {
                LaneListener listener = listeners.apply(i);
                Lane lane = factory.lane(i, listener);
                Thread thread = new Thread(lane, "lane-" + i);
                thread.setUncaughtExceptionHandler((dead, cause) -> die(listener, cause));
                lanes.add(lane);
                threads.add(thread);
            }
        }
        threads.forEach(Thread::start);
        return threads;
    }

    /** A lane's death ends the worker: a process that runs without working could go unnoticed. */
    private void die(LaneListener dead, Throwable cause) {
        dead.died(cause);
        log.error("a lane died; the worker stops: {}", reason(cause));
        death.compareAndSet(null, cause);
        stop();
    }

    /** What a person must act on, in its own words; a bug by its place, because its message may quote a command. */
    private static String reason(Throwable cause) {
        return cause instanceof OperatorException ? Fault.describe(cause) : Fault.withoutMessage(cause);
    }

    /** Meanwhile it looks after the lanes: a clock that goes back holds up their clients. */
    private void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(BETWEEN_LOOKS.toMillis());
                lanes.forEach(Lane::wakeUp);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
