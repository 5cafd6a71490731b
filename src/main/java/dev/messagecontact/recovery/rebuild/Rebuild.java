package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.NewRejection;
import dev.messagecontact.directory.PartitionProgress;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.ops.WorkerMetrics;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.replay.Replay;
import dev.messagecontact.recovery.replay.Tally;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Settlement;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.ContactRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Brings a database that lost what it knew, all of it or since a backup, back to where the group stands: every command that
 * the group has answered and the database has no progress of is decided again, in the order of the topic, and nothing is
 * published. The rows are those that were there before; {@link Replay} can tell the answers again afterwards.
 *
 * <p>Two kinds of answer are no function of the commands: that a directory was locked, and a failure of ours. They are taken
 * from the errors topic as far as it reaches. Not thread-safe.
 */
public final class Rebuild {

    /** The codes that no rule gives: another worker held the lock, or the worker failed. */
    private static final Set<String> UNFORESEEABLE =
            Set.of(ErrorCode.CONCURRENT_CALL.code(), ErrorCode.INTERNAL_ERROR.code());

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Progress progress;
    private final String topic;

    /** Prepares with the settings of the workers that answered. */
    public Rebuild(WorkerSettings settings, DSLContext database, Progress progress) {
        this.settings = settings;
        this.database = database;
        this.progress = progress;
        this.topic = settings.topics().names().commands();
    }

    /**
     * What is missing: by partition, the commands between what the database says is published and what the group has
     * committed. Empty if nothing is.
     *
     * @throws OperatorException if a command of it is gone from the topic, or workers are running
     */
    public Map<TopicPartition, Offsets> missing() {
        try (Broker broker = new Broker(settings.kafka())) {
            if (broker.hasMembers(settings.groupId())) {
                throw new OperatorException(
                        "the group %s has members: stop all workers first, they decide by what the database knows"
                                .formatted(settings.groupId()));
            }
            Map<Integer, Long> saved = PartitionProgress.of(database, broker.idOf(topic));
            Map<TopicPartition, Offsets> missing = new HashMap<>();
            var available = broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED);
            broker.committedBy(settings.groupId()).forEach((partition, committed) -> {
                @Nullable Offsets offsets = available.get(partition);
                if (offsets != null) {
                    long from = saved.getOrDefault(partition.partition(), 0L);
                    requireNotGone(partition, offsets, from, committed.offset());
                    if (from < committed.offset()) {
                        missing.put(
                                partition,
                                new Offsets(Math.max(from, offsets.begin()), committed.offset(), Offsets.ANY_TIME));
                    }
                }
            });
            return missing;
        }
    }

    private static void requireNotGone(TopicPartition partition, Offsets offsets, long from, long to) {
        if (from < offsets.begin() && from < to) {
            throw new OperatorException(
                    "%s: the commands %d to %d are gone from the topic, so their contacts cannot be made again; restore a backup that has them"
                            .formatted(partition, from, offsets.begin()));
        }
    }

    /** Decides what is missing. Killed and begun again, it goes on from the last batch that the database took. */
    public Tally run(Map<TopicPartition, Offsets> missing) {
        UUID topicId = topicId();
        Map<RecordPosition, ErrorCode> unforeseeable = unforeseeable();
        Tally tally = new Tally();
        long total = missing.values().stream().mapToLong(Offsets::size).sum();
        Map<TopicPartition, Long> reached = new HashMap<>();
        Batches batches = new Batches(topicId, unforeseeable);
        new TopicReader(settings.kafka()).readInBatches(missing, (records, positions) -> {
            batches.settle(records, positions).answers().forEach(answer -> tally.count(Selection.codeOf(answer)));
            reached.putAll(positions);
            progress.at(
                    Step.COMMANDS,
                    reached.entrySet().stream()
                            .mapToLong(part -> part.getValue()
                                    - missing.getOrDefault(part.getKey(), new Offsets(0, 0, 0))
                                            .begin())
                            .sum(),
                    total);
        });
        return tally;
    }

    private UUID topicId() {
        try (Broker broker = new Broker(settings.kafka())) {
            return broker.idOf(topic);
        }
    }

    private Map<RecordPosition, ErrorCode> unforeseeable() {
        String errors = settings.topics().names().errors();
        Map<TopicPartition, Offsets> parts;
        try (Broker broker = new Broker(settings.kafka())) {
            parts = broker.offsetsOf(errors, IsolationLevel.READ_COMMITTED);
        }
        Map<RecordPosition, ErrorCode> found = new HashMap<>();
        new TopicReader(settings.kafka())
                .read(
                        parts,
                        record -> {
                            EventContent error = PublishedEvent.read(
                                            record, settings.topics().names().events())
                                    .content();
                            String code = error.code();
                            if (code != null && UNFORESEEABLE.contains(code)) {
                                error.command().ifPresent(command -> found.put(command, ErrorCode.of(code)));
                            }
                        },
                        done -> {});
        return found;
    }

    /** Decodes, checks and settles what was read. */
    private final class Batches {

        private final UUID topicId;
        private final Map<RecordPosition, ErrorCode> unforeseeable;
        private final CommandDecoder decoder;
        private final ContactRules rules = new ContactRules(settings.contacts().rules());
        private final Registrar registrar;

        Batches(UUID topicId, Map<RecordPosition, ErrorCode> unforeseeable) {
            this.topicId = topicId;
            this.unforeseeable = unforeseeable;
            this.decoder = new CommandDecoder(
                    topicId,
                    new DecoderLimits(
                            settings.commands().maxBytes(), settings.commands().maxDepth()));
            this.registrar = new Registrar(
                    database,
                    settings.contacts().limitPerDirectory(),
                    settings.failuresInARow(),
                    new WorkerMetrics("").lane(0));
        }

        Settlement settle(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions) {
            List<Request> requests = records.stream()
                    .map(record -> Request.of(decoder.decode(record), topicId, true, rules)
                            .withoutWaiting())
                    .toList();
            remember(requests);
            Settlement settlement = registrar.settle(requests, topicId, Map.of());
            // Only now: a batch is settled in parts if one of its commands fails.
            PartitionProgress.raise(
                    database,
                    topicId,
                    positions.entrySet().stream()
                            .collect(Collectors.toMap(part -> part.getKey().partition(), Map.Entry::getValue)));
            return settlement;
        }

        /** These commands got their answer by no rule, so no rule may decide them now. */
        private void remember(List<Request> requests) {
            List<NewRejection> rejections = requests.stream()
                    .filter(request -> request.contact() != null
                            && unforeseeable.containsKey(request.position().position()))
                    .map(request -> new NewRejection(
                            Objects.requireNonNull(request.contact()),
                            Objects.requireNonNull(
                                    unforeseeable.get(request.position().position())),
                            request.envelope().timestamp(),
                            request.position()))
                    .toList();
            if (!rejections.isEmpty()) {
                database.transaction(tx -> new Directories(tx.dsl()).write(List.of(), rejections));
            }
        }
    }
}
