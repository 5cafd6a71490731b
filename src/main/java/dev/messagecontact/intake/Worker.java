package dev.messagecontact.intake;

import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.Publisher;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lanes of one process. One thread runs it; any thread may call {@link #stop}. */
public final class Worker {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private final WorkerPlan plan;
    private final DSLContext database;
    private final String version;
    private final List<Lane> lanes = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> death = new AtomicReference<>();
    private boolean stopping;

    /** @param version of this worker, written on dead letters */
    public Worker(WorkerPlan plan, DSLContext database, String version) {
        this.plan = plan;
        this.database = database;
        this.version = version;
    }

    /**
     * Takes commands until {@link #stop} is called.
     *
     * @throws IllegalStateException if a lane died of something that is neither a fault nor a wrong command; the other
     *     lanes are stopped then
     */
    public void run() {
        KafkaClients clients = new KafkaClients(plan);
        try (Admin admin = clients.admin()) {
            List<Thread> threads = start(clients, admin);
            log.info("{} lanes of group {} take commands from {}", plan.lanes(), plan.groupId(), plan.commandTopic());
            threads.forEach(Worker::join);
        } finally {
            ended.countDown();
        }
        Throwable cause = death.get();
        if (cause != null) {
            throw new IllegalStateException("a lane died", cause);
        }
        log.info("stopped");
    }

    /** Lets {@link #run} end after the batches under way; returns at once. */
    public void stop() {
        synchronized (lanes) {
            stopping = true;
            lanes.forEach(Lane::stop);
        }
    }

    /** Waits until {@link #run} has ended. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private List<Thread> start(KafkaClients clients, Admin admin) {
        List<Thread> threads = new ArrayList<>();
        synchronized (lanes) {
            for (int i = 0; i < plan.lanes() && !stopping; i++) {
                Lane lane = lane(i, clients, admin);
                Thread thread = new Thread(lane, "lane-" + i);
                thread.setUncaughtExceptionHandler((dead, cause) -> die(cause));
                lanes.add(lane);
                threads.add(thread);
            }
        }
        threads.forEach(Thread::start);
        return threads;
    }

    private Lane lane(int number, KafkaClients clients, Admin admin) {
        Consumer<byte[], byte[]> consumer = clients.consumer(number);
        OutcomeEvents events = new OutcomeEvents(plan.eventTopics(), version);
        return new Lane(
                consumer,
                new Publisher(() -> clients.producer(number), events),
                new Registrar(database, plan.contactLimit(), plan.failuresAllowed()),
                new Positions(consumer, new CommandTopic(admin, plan.commandTopic()), database, plan.onGap()),
                new Waiting(plan.lockBudget(), System::nanoTime),
                plan.commandTopic(),
                plan.limits(),
                new ContactRules(plan.rules()),
                new Backoff(new SplittableRandom()));
    }

    /** A lane's death is the worker's: a process that runs but does not work would be noticed by nobody. */
    private void die(Throwable cause) {
        log.error("a lane died: {}", cause.getClass().getName());
        death.compareAndSet(null, cause);
        stop();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
