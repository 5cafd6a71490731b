package dev.messagecontact.intake;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.KafkaFault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.ops.LaneMetrics;
import dev.messagecontact.ops.Stage;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Publisher;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Settlement;
import dev.messagecontact.validation.ContactRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer and one transactional producer, and the line from one to the other. One thread runs it and alone touches
 * them; any thread may call {@link #stop}.
 */
public final class Lane implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** A partition that comes to us in a poll is placed after it, and a command that waits for a lock is tried again. */
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);

    private static final Duration FETCH = Duration.ofMillis(3);
    private static final CloseOptions LEAVING = CloseOptions.timeout(Duration.ofSeconds(5));

    private final Consumer<byte[], byte[]> consumer;
    private final Publisher publisher;
    private final Registrar registrar;
    private final Positions positions;
    private final Deferred waiting;
    private final String topic;
    private final DecoderLimits limits;
    private final ContactRules rules;
    private final Backoff backoff;
    private final DependencyProbe lookout;
    private final LaneMetrics metrics;
    private final FencingGuard rivalry;
    private final Linger gathering;
    private @Nullable Reception reception;
    private volatile boolean stopping;

    Lane(
            Consumer<byte[], byte[]> consumer,
            Publisher publisher,
            Registrar registrar,
            Positions positions,
            Deferred waiting,
            String topic,
            DecoderLimits limits,
            ContactRules rules,
            Backoff backoff,
            DependencyProbe lookout,
            LaneMetrics metrics,
            FencingGuard rivalry,
            Linger gathering) {
        this.consumer = consumer;
        this.publisher = publisher;
        this.registrar = registrar;
        this.positions = positions;
        this.waiting = waiting;
        this.topic = topic;
        this.limits = limits;
        this.rules = rules;
        this.backoff = backoff;
        this.lookout = lookout;
        this.metrics = metrics;
        this.rivalry = rivalry;
        this.gathering = gathering;
    }

    /**
     * Takes commands until {@link #stop} is called; then leaves the group with the last batch finished.
     *
     * @throws OperatorException if a person must act before any lane with our settings can go on
     */
    @Override
    public void run() {
        try (publisher) {
            consumer.subscribe(List.of(topic), positions);
            while (!stopping) {
                try {
                    takeBatch();
                } catch (KafkaException | DataAccessException fault) {
                    recover(fault);
                }
            }
            metrics.ended();
        } finally {
            leaveGroup();
        }
    }

    /** The broker may be away, and finds out by itself then that we are. */
    private void leaveGroup() {
        try {
            consumer.close(LEAVING);
        } catch (KafkaException e) {
            log.warn("left without a word to the group: {}", Fault.describe(e));
        }
    }

    /** Lets {@link #run} end after the batch under way; returns at once. */
    public void stop() {
        stopping = true;
    }

    private void takeBatch() {
        publisher.open();
        positions.place();
        positions.pause(waiting.isCrowded());
        metrics.polls(isMember());
        List<ConsumerRecords<byte[], byte[]>> polled = poll();
        metrics.takes(polled);
        waiting.keepOnly(positions.placed()); // the poll may have taken partitions from us
        List<Answer> answers = settle(polled);
        Map<TopicPartition, OffsetAndMetadata> read = positions.read(waiting);
        if (read.isEmpty()) {
            positions.save(); // nothing else to do
        } else {
            publish(answers, read);
            positions.published(read);
            gathering.published();
            metrics.published(answers, read);
        }
        lookout.look();
        recovered();
    }

    /**
     * What the last poll has fetched for this one and, at a busy time, what has come since: commands that arrive while a
     * batch is settled would else wait until the next one is over.
     */
    private List<ConsumerRecords<byte[], byte[]>> poll() {
        boolean busy = gathering.await();
        ConsumerRecords<byte[], byte[]> fetched = consumer.poll(LONGEST_POLL);
        gathering.took(fetched.count());
        return busy && !gathering.isEnough() ? List.of(fetched, consumer.poll(FETCH)) : List.of(fetched);
    }

    /** Events and offsets in one Kafka transaction. */
    private void publish(List<Answer> answers, Map<TopicPartition, OffsetAndMetadata> read) {
        metrics.time(Stage.PUBLISH, () -> publisher.publish(answers, read, consumer.groupMetadata()));
    }

    private List<Answer> settle(List<ConsumerRecords<byte[], byte[]>> polled) {
        List<Request> requests = waiting.requests();
        polled.forEach(records -> requests.addAll(reception().receive(records, positions)));
        if (requests.isEmpty()) {
            return List.of();
        }
        Map<Integer, Long> progress = positions.unsaved();
        Settlement settlement = persist(requests, progress);
        positions.saved(progress);
        waiting.replace(settlement.deferred());
        metrics.waits(waiting.size(), waiting.oldest());
        return settlement.answers();
    }

    /** Committed in the database when it returns. */
    private Settlement persist(List<Request> requests, Map<Integer, Long> progress) {
        return metrics.time(Stage.PERSIST, () -> registrar.settle(requests, positions.topicId(), progress));
    }

    private Reception reception() {
        if (reception == null || !reception.topicId().equals(positions.topicId())) {
            reception = new Reception(positions.topicId(), limits, rules, metrics);
        }
        return reception;
    }

    /**
     * Forgets the batch: the committed offsets and the database say where to go on. Polling goes on meanwhile, with
     * intake paused, so that the lane stays in the group.
     */
    private void recover(RuntimeException fault) {
        requireHope(fault);
        Duration wait = backoff.next();
        log.warn(
                "attempt {} failed, next one in {} ms: {}", backoff.failures(), wait.toMillis(), Fault.describe(fault));
        metrics.failed(fault);
        if (fault instanceof KafkaException) {
            publisher
                    .discard(); // else no transaction was begun: an hour without a database needs no thousand producers
        }
        positions.displace();
        waiting.clear();
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0 && !stopping; left = end - System.nanoTime()) {
            pollPaused(Duration.ofNanos(Math.min(left, LONGEST_POLL.toNanos())));
        }
    }

    private void requireHope(RuntimeException fault) {
        if (fault instanceof KafkaException failure) {
            KafkaFault kind = KafkaFault.of(failure);
            if (kind == KafkaFault.HOPELESS) {
                throw new OperatorException("the brokers cannot do what we need: " + Fault.describe(failure), failure);
            }
            if (kind == KafkaFault.FENCED) {
                rivalry.fenced();
            }
        }
    }

    private void pollPaused(Duration atMost) {
        metrics.polls(isMember());
        try {
            consumer.poll(atMost);
            lookout.lookAtTopic();
        } catch (KafkaException e) {
            // The fault that we are waiting for the end of; without the pause a refusal at once would make this loop
            // spin.
            LockSupport.parkNanos(atMost.toNanos());
        }
    }

    private void recovered() {
        if (backoff.failures() > 0) {
            log.info("recovered after {} failed attempts", backoff.failures());
            backoff.reset();
            metrics.recovered();
        }
    }

    private boolean isMember() {
        return consumer.groupMetadata().generationId() > 0;
    }
}
