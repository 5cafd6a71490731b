package dev.messagecontact.ops;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.kafka.KeyPartition;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.outcome.ResultKind;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The numbers of what a worker answers and publishes, and of how long answers take. Any thread may call it. */
final class AnswerMetrics {

    private static final ErrorCode[] CODES = ErrorCode.values();
    private static final int RESULTS = ResultKind.values().length;

    private static final Duration[] LATENCY_BUCKETS = WorkerMetrics.millis(
            5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000);
    private static final double[] BATCH_BUCKETS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000};

    private final MeterRegistry registry;
    private final Clock clock;
    private final Counter[][] commands = new Counter[Answer.Kind.values().length][RESULTS + CODES.length];
    private final Counter[] events = new Counter[EventKind.values().length];
    private final @Nullable Counter[] deadLetters = new Counter[CODES.length];
    private final Counter misrouted;
    private final Counter mispartitioned;
    private final DistributionSummary batch;
    private final Timer latency;
    private volatile Map<Origin, Integer> partitionCounts = Map.of();

    AnswerMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        registerCommands();
        registerEvents();
        misrouted =
                counter("contacts_misrouted_commands_total", "Commands whose key is not their directory", Tags.empty());
        mispartitioned = counter(
                "contacts_mispartitioned_commands_total",
                "Commands on another partition than Kafka's own client gives to their key",
                Tags.empty());
        batch = DistributionSummary.builder("contacts_batch_commands")
                .description("Commands answered by one batch")
                .serviceLevelObjectives(BATCH_BUCKETS)
                .register(registry);
        latency = Timer.builder("contacts_command_latency_seconds")
                .description("From the command record's timestamp to the answer's acknowledgement")
                .serviceLevelObjectives(LATENCY_BUCKETS)
                .register(registry);
    }

    /** How many partitions the topic of each origin has; nothing is said of those that are not known. */
    void partitionCounts(Map<Origin, Integer> counts) {
        partitionCounts = Map.copyOf(counts);
    }

    /** @param sent how many events of each kind went with the answers */
    void published(List<Answer> answers, long[] sent) {
        long now = clock.wallTime();
        for (Answer answer : answers) {
            count(answer, now);
        }
        for (int i = 0; i < sent.length; i++) {
            events[i].increment(sent[i]);
        }
        if (!answers.isEmpty()) {
            batch.record(answers.size());
        }
    }

    private void count(Answer answer, long now) {
        ErrorCode code = answer.outcome() instanceof Rejected rejected ? rejected.code() : null;
        commands[answer.kind().ordinal()][index(answer.outcome())].increment();
        if (answer.isDeadLettered() && code != null) {
            deadLetter(code).increment();
        }
        if (isMisrouted(answer.envelope())) {
            misrouted.increment();
        }
        ConsumerRecord<byte[], byte[]> record = answer.envelope().record();
        Integer partitions = partitionCounts.get(answer.envelope().origin());
        if (partitions != null && KeyPartition.isElsewhere(record.key(), record.partition(), partitions)) {
            mispartitioned.increment();
        }
        if (!answer.isReplayed()) { // history told again would drown today's latency
            latency.record(Math.max(0, now - answer.envelope().timestamp()), TimeUnit.MILLISECONDS);
        }
    }

    private static int index(Outcome outcome) {
        return outcome.match(
                added -> ResultKind.ADDED.ordinal(),
                changed -> changed.kind().ordinal(),
                rejected -> RESULTS + rejected.code().ordinal());
    }

    /** How many commands were answered in each way, for a page. */
    List<WorkerState.Commands> commands() {
        List<WorkerState.Commands> counts = new ArrayList<>();
        for (Answer.Kind kind : Answer.Kind.values()) {
            for (Counter counter : commands[kind.ordinal()]) {
                long count = (long) counter.count();
                if (count > 0) {
                    counts.add(new WorkerState.Commands(
                            tag(counter, "outcome"), tag(counter, "code"), label(kind), count));
                }
            }
        }
        return counts;
    }

    private static String tag(Counter counter, String name) {
        return String.valueOf(counter.getId().getTag(name));
    }

    /** How many events of each kind were published, for a page. */
    Map<String, Long> events() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (EventKind kind : EventKind.values()) {
            counts.put(kind.label(), (long) events[kind.ordinal()].count());
        }
        return counts;
    }

    /** How long answers took, for a page. */
    WorkerState.Histogram latencies() {
        List<Double> bounds = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        for (CountAtBucket bucket : latency.takeSnapshot().histogramCounts()) {
            bounds.add(bucket.bucket(TimeUnit.MILLISECONDS));
            counts.add((long) bucket.count());
        }
        counts.add(latency.count());
        return new WorkerState.Histogram(bounds, counts);
    }

    private Counter deadLetter(ErrorCode reason) {
        Counter counter = deadLetters[reason.ordinal()];
        if (counter == null) {
            throw new IllegalStateException("no dead letter has the reason " + reason);
        }
        return counter;
    }

    /** Byte by byte: a directory id is ASCII, and nothing is allocated for what is nearly always equal. */
    static boolean isMisrouted(Envelope envelope) {
        String directoryId = envelope.directoryId();
        if (directoryId == null) {
            return false;
        }
        byte[] key = envelope.record().key();
        if (key == null || key.length != directoryId.length()) {
            return true;
        }
        for (int i = 0; i < key.length; i++) {
            if (key[i] != directoryId.charAt(i)) {
                return true;
            }
        }
        return false;
    }

    private void registerCommands() {
        for (Answer.Kind kind : Answer.Kind.values()) {
            Tags tags = Tags.of("kind", label(kind));
            Counter[] counters = commands[kind.ordinal()];
            for (ResultKind result : ResultKind.values()) {
                counters[result.ordinal()] = commandCounter(tags.and("outcome", result.label(), "code", "none"));
            }
            for (ErrorCode code : CODES) {
                counters[RESULTS + code.ordinal()] =
                        commandCounter(tags.and("outcome", "rejected", "code", code.code()));
            }
        }
    }

    private static String label(Answer.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private Counter commandCounter(Tags tags) {
        return counter("contacts_commands_total", "Commands answered", tags);
    }

    private void registerEvents() {
        for (EventKind kind : EventKind.values()) {
            events[kind.ordinal()] =
                    counter("contacts_events_total", "Events published", Tags.of("topic", kind.label()));
        }
        for (ErrorCode code : CODES) {
            if (code.isDeadLettered()) {
                deadLetters[code.ordinal()] =
                        counter("contacts_dead_letters_total", "Records dead-lettered", Tags.of("reason", code.code()));
            }
        }
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }
}
