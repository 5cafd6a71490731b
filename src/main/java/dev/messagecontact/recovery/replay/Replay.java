package dev.messagecontact.recovery.replay;

import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.Publisher;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.receipts.SkippedOffsets;
import dev.messagecontact.recovery.CommandReaders;
import dev.messagecontact.recovery.CommandsRead;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.verification.VerificationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jooq.DSLContext;

/**
 * Publishes answers again as they were decided: from the commands and from what the database
 * knows of them. It stores no contact and no rejection, is in no worker's group and moves no worker's offsets, so it may run
 * beside workers. Not thread-safe.
 *
 * <p>How far it has come is committed in one Kafka transaction with the events, as offsets of a group of its own: a replay
 * that was killed resumes where it stopped and publishes nothing twice.
 */
public final class Replay {

    /** Brokers keep the offsets of a group without members for a week, unless they are set otherwise. */
    private static final Duration OFFSETS_KEPT_AT_LEAST = Duration.ofDays(1);

    private static final Teller SILENT = (answers, positions) -> {};

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Pace pace;
    private final Progress progress;

    /** @param settings of the workers that answered */
    public Replay(WorkerSettings settings, DSLContext database, Pace pace, Progress progress) {
        this.settings = settings;
        this.database = database;
        this.pace = pace;
        this.progress = progress;
    }

    /**
     * Fixes what to read: the selected commands whose answers are published by now.
     *
     * @param origin which of the two topics that commands are taken from
     * @param acceptGap whether to go on without the commands that the topic no longer has
     * @param force whether to go on past commands that the database does not remember
     * @throws OperatorException if commands of it are gone from the topic and the gap is not accepted, or a partition is named
     *     that is not there
     */
    public ReplayPlan plan(
            Origin origin, Selection selection, boolean withVerifications, boolean acceptGap, boolean force) {
        try (Broker broker = new Broker(settings.kafka())) {
            String topic = settings.topics().names().taken(origin);
            UUID topicId = broker.idOf(topic);
            selection.requirePartitionsOf(topic, broker.partitionsOf(topic));
            long keptSince = keptSince(broker, topic);
            List<Part> parts = new ArrayList<>();
            answered(broker, topic, topicId, partition -> selection.includes(partition.partition()))
                    .forEach((partition, offsets) -> {
                        if (!acceptGap && mayLack(offsets, selection.from(), selection, keptSince)) {
                            throw new OperatorException(
                                    "%s: the commands before offset %d are gone from the topic; --accept-gap replays the others, --since a time within the topic's retention those since then"
                                            .formatted(partition, offsets.begin()));
                        }
                        Offsets part = offsets.within(selection.from(), selection.to());
                        parts.add(new Part(partition.partition(), part.begin(), part.end()));
                    });
            return new ReplayPlan(settings.groupId(), topicId, selection, withVerifications, acceptGap, force, parts);
        }
    }

    /** What stands in these partitions of the commands whose answers are published by now. */
    private Map<TopicPartition, Offsets> answered(
            Broker broker, String topic, UUID topicId, Predicate<TopicPartition> wanted) {
        Map<TopicPartition, OffsetAndMetadata> group = broker.committedBy(settings.groupId());
        Map<TopicPartition, Offsets> answered = new HashMap<>(CommandsRead.of(
                settings.kafka(), broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED, wanted), group));
        Map<Integer, Receipt> receipts = Receipts.last(database, topicId);
        answered.replaceAll((partition, offsets) -> {
            OffsetAndMetadata committed = group.get(partition);
            Receipt receipt = receipts.get(partition.partition());
            return offsets.endingAt(
                    Math.max(committed == null ? 0 : committed.offset(), receipt == null ? 0 : receipt.published()));
        });
        return answered;
    }

    private static long keptSince(Broker broker, String topic) {
        return broker.retentionOf(topic)
                .flatMap(retention -> retention.keepsSince(Instant.now()))
                .map(Instant::toEpochMilli)
                .orElse(Long.MAX_VALUE);
    }

    /** Whether selected commands from this offset on may be gone from the topic. */
    private static boolean mayLack(Offsets there, long from, Selection selection, long keptSince) {
        boolean allLater = there.firstTime() != Offsets.ANY_TIME && there.firstTime() < selection.since();
        return from < there.begin() && selection.since() < keptSince && !allLater;
    }

    /** What is left of a plan, as far as that still holds: since it was made, the topic may have lost commands at both ends. */
    private Map<TopicPartition, Offsets> stillLeft(ReplayPlan plan, String topic, Map<TopicPartition, Long> done) {
        Map<TopicPartition, Offsets> left = plan.left(topic, done);
        left.values().removeIf(offsets -> offsets.size() == 0);
        try (Broker broker = new Broker(settings.kafka())) {
            long keptSince = keptSince(broker, topic);
            answered(broker, topic, plan.topicId(), left::containsKey).forEach((partition, there) -> {
                Offsets planned = Objects.requireNonNull(left.get(partition));
                if (!plan.acceptsGap() && mayLack(there, planned.begin(), plan.selection(), keptSince)) {
                    throw new OperatorException(
                            "%s: the commands before offset %d, of which those from %d on are not replayed yet, are gone from the topic by now; --accept-gap goes on without them"
                                    .formatted(partition, there.begin(), planned.begin()));
                }
                left.put(partition, planned.within(there.begin(), there.end()));
            });
        }
        return left;
    }

    /** Counts what a run would publish, and publishes nothing. */
    public Tally look(ReplayPlan plan) {
        return new Run(plan, SILENT).from(Map.of());
    }

    /**
     * Refuses as a run would that met what was counted.
     *
     * @throws OperatorException if the database has no decision about a command, unless forced
     */
    public void requireNothingForgotten(ReplayPlan plan, Tally tally) {
        if (!plan.force() && tally.forgottenCount() > 0) {
            throw forgotten(tally.forgotten().get(0), topicOf(plan));
        }
    }

    private static OperatorException forgotten(RecordId position, String topic) {
        return new OperatorException(
                ("the database has no decision about the command at %s of %s; `--dry-run` counts such commands, "
                                + "`contacts rebuild` restores their decisions, `--force` leaves them out")
                        .formatted(position, topic));
    }

    /**
     * Makes sure that a replay of this id would begin at its beginning.
     *
     * @throws OperatorException if the brokers know how far an earlier one came, which the database has forgotten
     */
    public void requireNew(String id) {
        if (!committedBy(groupOf(id)).isEmpty()) {
            throw new OperatorException(
                    "there was a replay %s, which this database knows nothing of, and a new one would leave out what that one has published: choose another --id"
                            .formatted(id));
        }
    }

    /**
     * Does what is planned, or what an earlier run of the same id has left of it.
     *
     * @param id names the replay's transactions and its group; letters, digits, {@code -} and {@code _}
     * @throws OperatorException if the database has no decision about a command, unless forced; the answers before it are then published
     */
    public Tally run(String id, ReplayPlan plan) {
        return run(id, plan, done -> {});
    }

    /**
     * Does what earlier runs of a replay have left of it.
     *
     * @param plan the replay's own, or one that goes on where that would refuse
     * @throws OperatorException if nobody knows any more how far they came, or they were of another group; else as
     *     {@link #run(String, ReplayPlan)}
     */
    public Tally resume(Journal.Entry replay, ReplayPlan plan, Instant now) {
        String group = plan.group();
        if (group != null && !group.equals(settings.groupId())) {
            throw new OperatorException(
                    "replay %s was begun with WORKER_GROUP_ID=%s, which knows how far it came; now that is %s"
                            .formatted(replay.id(), group, settings.groupId()));
        }
        String topic = topicOf(plan);
        boolean mayBeForgotten = replay.startedAt().isBefore(now.minus(OFFSETS_KEPT_AT_LEAST));
        return run(replay.id(), plan, done -> {
            if (mayBeForgotten && !done.keySet().containsAll(plan.partitions(topic))) {
                throw new OperatorException(
                        ("it is not known how far replay %s came, which began at %s: brokers drop the offsets of a group without"
                                        + " members after a while (offsets.retention.minutes). Begin a new one, with a selection that"
                                        + " leaves out what was published")
                                .formatted(replay.id(), replay.startedAt()));
            }
        });
    }

    private Tally run(String id, ReplayPlan plan, Consumer<Map<TopicPartition, Long>> check) {
        String group = groupOf(id);
        OutcomeEvents events = new OutcomeEvents(settings.topics().names().events(), "");
        String task = "replay-" + id;
        KafkaClients clients = new KafkaClients(settings);
        ConsumerGroupMetadata metadata = clients.groupWithoutMembers(group);
        try (Publisher publisher = new Publisher(() -> clients.replayProducer(task), events, kind -> {})) {
            publisher.open(); // ends what a killed run has left open; only then do its offsets say how far it came
            Map<TopicPartition, Long> done = committedBy(group);
            check.accept(done);
            return new Run(plan, (answers, positions) -> publisher.publish(answers, positions, metadata, () -> {}))
                    .from(done);
        } catch (TransactionalIdAuthorizationException e) {
            throw AccessDeniedException.naming("transactional id " + clients.transactionalId(task), e);
        }
    }

    private String groupOf(String id) {
        return settings.groupId() + ".replay." + id;
    }

    private Map<TopicPartition, Long> committedBy(String group) {
        try (Broker broker = new Broker(settings.kafka())) {
            Map<TopicPartition, Long> committed = new HashMap<>();
            broker.committedBy(group).forEach((partition, offset) -> committed.put(partition, offset.offset()));
            return committed;
        }
    }

    private String topicOf(ReplayPlan plan) {
        try (Broker broker = new Broker(settings.kafka())) {
            return settings.topics().names().taken().stream()
                    .filter(topic -> broker.idOf(topic).equals(plan.topicId()))
                    .findFirst()
                    .orElseThrow(() -> new OperatorException(
                            "the topic that the replay was begun for is gone: one of its name was created anew"));
        }
    }

    /** Publishes answers, and with them the positions before which all answers are published. */
    private interface Teller {
        void tell(List<Answer> answers, Map<TopicPartition, OffsetAndMetadata> positions);
    }

    /** One reading of the planned parts. */
    private final class Run {

        private final ReplayPlan plan;
        private final Teller teller;
        private final String topic;
        private final RequestReader reader;
        private final Map<Integer, List<Skip>> skips;
        private final Map<Integer, Answered> settled;
        private final Tally tally = new Tally();

        Run(ReplayPlan plan, Teller teller) {
            this.plan = plan;
            this.teller = teller;
            this.topic = topicOf(plan);
            this.reader = CommandReaders.of(settings, topic, plan.topicId());
            this.skips = SkippedOffsets.of(database, plan.topicId());
            this.settled = Receipts.settled(database, plan.topicId());
        }

        Tally from(Map<TopicPartition, Long> done) {
            Map<TopicPartition, Offsets> left = stillLeft(plan, topic, done);
            Map<TopicPartition, Long> reached = new HashMap<>();
            new TopicReader(settings.kafka()).readInBatches(left, (records, positions) -> {
                for (List<ConsumerRecord<byte[], byte[]>> some : pace.portions(records)) {
                    tell(some, isLast(some, records) ? positions : behind(some));
                }
                reached.putAll(positions);
                progress.at(Step.COMMANDS, plan.size() - left(left, reached), plan.size());
            });
            return tally;
        }

        private static boolean isLast(
                List<ConsumerRecord<byte[], byte[]>> some, List<ConsumerRecord<byte[], byte[]>> all) {
            return some.isEmpty() || some.get(some.size() - 1) == all.get(all.size() - 1);
        }

        private static Map<TopicPartition, Long> behind(List<ConsumerRecord<byte[], byte[]>> records) {
            Map<TopicPartition, Long> positions = new HashMap<>();
            records.forEach(record ->
                    positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1));
            return positions;
        }

        private static long left(Map<TopicPartition, Offsets> parts, Map<TopicPartition, Long> reached) {
            return parts.entrySet().stream()
                    .mapToLong(part -> part.getValue().end()
                            - reached.getOrDefault(
                                    part.getKey(), part.getValue().begin()))
                    .sum();
        }

        private void tell(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions) {
            List<Answer> answers = recall(records);
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            positions.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
            teller.tell(answers, offsets);
            answers.forEach(this::count);
            pace.after(answers.size());
        }

        private List<Answer> recall(List<ConsumerRecord<byte[], byte[]>> records) {
            List<Request> requests = records.stream()
                    .filter(plan.selection()::includes)
                    .map(record -> reader.read(record, Past.SETTLED))
                    .toList();
            List<RecordId> positions = requests.stream().map(Request::position).toList();
            Decision decision = Decision.recalled(
                    requests, new Directories(database).load(Request.questionOf(requests), positions));
            decision.deferred().stream()
                    .filter(request -> plan.selection().includes(request.envelope()))
                    .filter(request -> !leavesOut(request.envelope().record()))
                    .forEach(request -> forgotten(request.position()));
            return decision.answers().stream()
                    .filter(answer -> plan.selection().includes(answer.envelope()))
                    .filter(this::isAsAnswered)
                    .filter(plan.selection()::includes)
                    .map(this::toldAgain)
                    .toList();
        }

        /**
         * What was decided about the record itself was answered, also if offsets around it were skipped. What the field rules
         * or another command say of a record that the database has lost may not be what was answered.
         */
        private boolean isAsAnswered(Answer answer) {
            ConsumerRecord<?, ?> record = answer.envelope().record();
            if (answer.kind() == Kind.RECOVERED) {
                return true;
            }
            if (leavesOut(record)) {
                return false;
            }
            Answered ofPartition = settled.getOrDefault(record.partition(), Answered.before(0));
            boolean isSettled = ofPartition.contains(record.offset());
            if (!isSettled) {
                forgotten(new RecordId(plan.topicId(), record.partition(), record.offset()));
            }
            return isSettled;
        }

        /** Whether a command has no answer, because an operator has led the group past it or workers are still to answer it. */
        private boolean leavesOut(ConsumerRecord<?, ?> record) {
            for (Skip skip : skips.getOrDefault(record.partition(), List.of())) {
                if (skip.covers(record.offset())) {
                    tally.skipped(skip);
                    return true;
                }
                if (skip.isOpenAgain(record.offset())) {
                    return true;
                }
            }
            return false;
        }

        private void forgotten(RecordId position) {
            tally.forgotten(position);
            if (!plan.force() && teller != SILENT) {
                throw Replay.forgotten(position, topic);
            }
        }

        private Answer toldAgain(Answer answer) {
            Outcome outcome = answer.outcome()
                    .match(
                            added -> new Added(
                                    added.contact(), added.createdAt(), added.verify() && plan.withVerifications()),
                            changed -> plan.withVerifications() ? changed : changed.withoutRequest(),
                            rejected -> rejected);
            return new Answer(answer.envelope(), Kind.REPLAYED, outcome);
        }

        private void count(Answer answer) {
            tally.count(Selection.codeOf(answer));
            if (answer.outcome() instanceof Added added && added.verify()) {
                tally.countVerifications(
                        VerificationRequest.allFor(added.contact()).size());
            } else if (answer.outcome() instanceof Changed changed && changed.request() != null) {
                tally.countVerifications(1);
            }
        }
    }
}
