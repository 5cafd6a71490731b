package dev.messagecontact.durability;

import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.LastingAdmin;
import dev.messagecontact.kafka.Retention;
import dev.messagecontact.kafka.TopicConfiguration;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the topics while a worker runs: how long commands are kept, whether they may be compacted away, whether a
 * topic is gone, and whether an event topic was deleted and has come back with less than it had. The broker is asked again now
 * and then, and nobody waits for its answer: it is told when it is next asked for. Any thread may call it.
 */
public final class TopicWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);

    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;
    private final TopicNames topics;
    private final LastingAdmin admin;
    private final Map<String, EventTopic> known = new HashMap<>();
    private final Map<String, Uuid> newest = new HashMap<>();
    private final Map<String, String> problems = new TreeMap<>();
    private final Map<String, String> gone = new TreeMap<>();
    private @Nullable CompletableFuture<Seen> asked;
    private long nextQuestion;
    private double retention = Double.NaN;
    private boolean closed;

    /**
     * Connects to no server yet.
     *
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public TopicWatch(WorkerSettings settings, LongSupplier nanoTime) {
        this.admin = new LastingAdmin(new KafkaClients(settings)::admin);
        this.nanoTime = nanoTime;
        this.topics = settings.topics().names();
        this.nextQuestion = nanoTime.getAsLong();
    }

    /**
     * What the broker tells of topics, by name; what it does not tell is missing.
     *
     * @param gone the topics that do not exist
     */
    private record Seen(
            Map<String, TopicDescription> described,
            Set<String> gone,
            Map<String, TopicConfiguration> configurations) {}

    /**
     * How long commands are kept by the last answer, in seconds: infinite if for ever, no number while it is not known or they
     * may be compacted away at any time.
     */
    public synchronized double retention() {
        look();
        return retention;
    }

    /** How a topic stands that may cost commands or answers; null if none is known to. */
    public synchronized @Nullable String problem() {
        look();
        return Stream.of(gone, problems)
                .flatMap(each -> each.values().stream())
                .findFirst()
                .orElse(null);
    }

    /** Takes the last answer, if it has come, and asks again if it is time to. */
    public synchronized void look() {
        if (asked != null && asked.isDone()) {
            take(asked.join());
            asked = null;
        }
        long now = nanoTime.getAsLong();
        if (!closed && asked == null && now - nextQuestion >= 0) {
            nextQuestion = now + INTERVAL.toNanos();
            asked = ask();
        }
    }

    /** The configurations last: a topic that is described has come before them. A client that is made may log in, and wait for that. */
    private CompletableFuture<Seen> ask() {
        Seen seen = new Seen(new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet(), new ConcurrentHashMap<>());
        return CompletableFuture.supplyAsync(admin::now)
                .thenCompose(made -> admin.ask(client -> KafkaFutures.collect(
                        client.describeTopics(topics.all()).topicNameValues(), seen.described, seen.gone)))
                .handle((described, failure) -> seen)
                .thenCompose(described -> admin.ask(client ->
                        KafkaFutures.collect(TopicConfiguration.ask(client, topics.all()), seen.configurations)))
                .handle((configured, failure) -> seen);
    }

    private void take(Seen seen) {
        gone.keySet().removeAll(seen.described.keySet());
        seen.gone.forEach(
                topic -> tell(gone, topic, "topic %s does not exist: `contacts topics` creates it".formatted(topic)));
        TopicConfiguration commands = seen.configurations.get(topics.commands());
        retention = commands == null || commands.isCompacted() ? Double.NaN : seconds(commands.retention());
        for (String taken : topics.taken()) {
            TopicConfiguration configuration = seen.configurations.get(taken);
            if (configuration != null) {
                lookAtPolicy(taken, configuration);
            }
        }
        for (String topic : topics.events().all()) {
            TopicDescription description = seen.described.get(topic);
            if (description != null) {
                lookAtEvents(topic, EventTopic.of(description, seen.configurations.get(topic)));
            }
        }
    }

    private static double seconds(Retention retention) {
        return retention.time() == null
                ? Double.POSITIVE_INFINITY
                : retention.time().toMillis() / 1000.0;
    }

    private void lookAtPolicy(String taken, TopicConfiguration configuration) {
        String problem = BrokerDurability.compaction(taken, configuration);
        if (problem == null) {
            problems.remove(taken);
        } else {
            tell(problems, taken, problem);
        }
    }

    /** Once, however often it is seen. */
    private static void tell(Map<String, String> problems, String topic, String problem) {
        if (problems.put(topic, problem) == null) {
            log.warn("{}; see ops/runbooks/not-ready.md", problem);
        }
    }

    private void lookAtEvents(String topic, EventTopic now) {
        EventTopic before = known.putIfAbsent(topic, now);
        if (before == null || before.id().equals(now.id())) {
            known.put(topic, now.orAs(before));
            return;
        }
        if (!now.id().equals(newest.put(topic, now.id()))) {
            log.warn(
                    "topic {} was deleted and is a new one now: the events in it are gone; see"
                            + " ops/runbooks/lost-output-topic.md",
                    topic);
        }
        List<String> less = now.lessThan(before);
        if (less.isEmpty()) {
            problems.remove(topic);
            known.put(topic, now);
        } else {
            problems.put(
                    topic,
                    "topic %s was deleted and has come back with less: %s".formatted(topic, String.join(", ", less)));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        admin.close();
    }
}
