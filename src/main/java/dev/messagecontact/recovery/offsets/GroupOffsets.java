package dev.messagecontact.recovery.offsets;

import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.LostRecords;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.LostTail;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.receipts.SkippedOffsets;
import dev.messagecontact.recovery.PublishedAnswers;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.offsets.PartitionOffsets.State;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/**
 * The offsets that the group has committed: shows them beside the database's receipts, and moves them. PostgreSQL is told
 * before Kafka, as by a worker: an interrupted move is simply made again. Not thread-safe.
 */
public final class GroupOffsets {

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Origin origin;
    private final String topic;

    /** @param origin which of the two topics that commands are taken from */
    public GroupOffsets(WorkerSettings settings, DSLContext database, Origin origin) {
        this.settings = settings;
        this.database = database;
        this.origin = origin;
        this.topic = settings.topics().names().taken(origin);
    }

    /**
     * How every partition stands, in their order.
     *
     * @throws OperatorException if no broker answers for one of them
     */
    public List<PartitionOffsets> all() {
        return look(Set.of());
    }

    /**
     * How a topic stands, as far as brokers answer.
     *
     * @param partitions in their order
     * @param withoutLeader the partitions that no broker answers for
     */
    public record Standing(String topic, List<PartitionOffsets> partitions, List<Integer> withoutLeader) {

        public Standing {
            partitions = List.copyOf(partitions);
            withoutLeader = List.copyOf(withoutLeader);
        }
    }

    /** How every partition stands that a broker answers for, and which are the others. */
    public Standing standing() {
        try (Broker broker = new Broker(settings.kafka())) {
            Set<TopicPartition> answering = broker.answering(topic);
            List<Integer> others = IntStream.range(0, broker.partitionsOf(topic))
                    .filter(partition -> !answering.contains(new TopicPartition(topic, partition)))
                    .boxed()
                    .toList();
            return new Standing(topic, look(broker, partition -> !others.contains(partition)), others);
        }
    }

    private List<PartitionOffsets> look(Broker broker, IntPredicate wanted) {
        UUID topicId = broker.idOf(topic);
        offsets(broker, wanted); // names one that no broker answers for, before a consumer waits for it
        // Before the receipts: workers may go on meanwhile, and PostgreSQL commits before Kafka.
        Map<TopicPartition, OffsetAndMetadata> committed = broker.committedBy(settings.groupId());
        committed.keySet().removeIf(id -> !id.topic().equals(topic) || !wanted.test(id.partition()));
        Map<TopicPartition, Long> lost = LostTail.find(settings.kafka(), CommittedOffset.readTo(committed));
        Map<Integer, Receipt> receipts = Receipts.last(database, topicId);
        Map<Integer, Long> withoutReceipt = Receipts.publishedWithoutReceipt(database, topicId);
        Map<Integer, List<Skip>> skips = SkippedOffsets.of(database, topicId);
        List<PartitionOffsets> all = new ArrayList<>();
        offsets(broker, wanted).forEach((id, offsets) -> {
            int partition = id.partition();
            all.add(PartitionOffsets.of(
                    topic,
                    partition,
                    offsets.endingAt(lost.getOrDefault(id, offsets.end())),
                    committed.get(id),
                    receipts.get(partition),
                    withoutReceipt.get(partition),
                    skips.getOrDefault(partition, List.of())));
        });
        all.sort(Comparator.comparingInt(PartitionOffsets::partition));
        return all;
    }

    private Map<TopicPartition, Offsets> offsets(Broker broker, IntPredicate wanted) {
        return broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED, id -> wanted.test(id.partition()));
    }

    /**
     * Works out a move, and changes nothing.
     *
     * @throws OperatorException if it can never be made, or a transaction stays open on the topics of the answers
     */
    public Move plan(int partition, Target target) {
        PartitionOffsets now = at(partition);
        if (now.isCutAtEnd()) {
            return acrossLoss(now, target);
        }
        if (now.state() != State.DATABASE_BEHIND) {
            return Move.of(now, target.in(now));
        }
        PublishedAnswers answers =
                PublishedAnswers.of(settings, Map.of(new TopicPartition(topic, partition), asked(now)));
        PartitionOffsets at = at(partition); // the transactions of killed workers are over, and so are their commits
        Move move = Move.of(at, target.in(at));
        LongPredicate isAnswered = offset -> answers.has(origin, new RecordPosition(partition, offset));
        requireNoLostRows(at, isAnswered);
        Receipt receipt = Objects.requireNonNull(at.receipt());
        return move.to() == receipt.settled().firstOpen() ? move.withGoal(answered(receipt, isAnswered)) : move;
    }

    /** The offsets whose answers may be published though the database does not say so; only these are held in memory. */
    private static List<Span> asked(PartitionOffsets at) {
        Answered settled = Objects.requireNonNull(at.receipt()).settled();
        List<Span> missing = at.start().missing();
        long from = Math.min(at.published(), missing.get(0).from());
        long to = Math.max(settled.upTo(), missing.get(missing.size() - 1).to());
        return List.of(new Span(from, Math.max(to, at.available().end())));
    }

    /** The move of a partition that has lost its last records. If the answers are lost as well, a person has to name the offset. */
    private Move acrossLoss(PartitionOffsets at, Target target) {
        OptionalLong firstNew = new NewCommands(settings, origin).firstIn(at);
        if (firstNew.isEmpty() && target == Target.SETTLED) {
            throw new OperatorException(
                    "%s has lost its last records, and the answers to those before them are not there either: --to must be the offset of its first command since then"
                            .formatted(at.name()));
        }
        long to = target == Target.SETTLED ? firstNew.orElseThrow() : target.in(at);
        if (to != firstNew.orElse(to) || !at.available().canBeginAt(to)) {
            throw new OperatorException(
                    "%s ends at offset %d, and commands up to %d are answered: its last records are lost, and other commands get their offsets. Only `--to settled` goes on at the first of those%s"
                            .formatted(
                                    at.name(),
                                    at.available().end(),
                                    at.start().answeredUpTo(),
                                    firstNew.isEmpty() ? "" : ", at offset " + firstNew.getAsLong()));
        }
        return Move.acrossLoss(at, to);
    }

    private PartitionOffsets at(int partition) {
        return look(Set.of(partition)).get(0);
    }

    private List<PartitionOffsets> look(Set<Integer> partitions) {
        try (Broker broker = new Broker(settings.kafka())) {
            Selection.ofOffsets(partitions, 0, Long.MAX_VALUE).requirePartitionsOf(topic, broker.partitionsOf(topic));
            return look(broker, partition -> partitions.isEmpty() || partitions.contains(partition));
        }
    }

    /** Deciding a command anew whose answer is published would ask for its verification a second time. */
    private static void requireNoLostRows(PartitionOffsets at, LongPredicate isAnswered) {
        long answered = at.start().missing().stream()
                .flatMapToLong(span -> LongStream.range(span.from(), span.to()))
                .filter(isAnswered)
                .count();
        if (answered > 0) {
            throw new OperatorException(
                    "%s: %d commands from offset %d on have answers, so the database has lost their rows: run `contacts rebuild` first"
                            .formatted(
                                    at.name(),
                                    answered,
                                    at.start().missing().get(0).from()));
        }
    }

    /**
     * What is settled and published, as far as a committed offset can say it. A worker that was killed may have settled
     * commands without publishing their answers, and commands behind one that waits for a lock may have theirs.
     */
    static Answered answered(Receipt receipt, LongPredicate isAnswered) {
        long end = receipt.settled().upTo();
        List<Long> open = LongStream.range(receipt.published(), end)
                .filter(isAnswered.negate())
                .boxed()
                .toList();
        int most = CommittedOffset.MOST_OPEN;
        return open.size() <= most ? new Answered(end, open) : new Answered(open.get(most), open.subList(0, most));
    }

    /**
     * Makes a move.
     *
     * @param reason why commands may be left without an answer, in the operator's words
     * @param by user and host
     * @throws OperatorException if the group has members, or the partition no longer stands where the move begins
     */
    public void make(Move move, String reason, String by) {
        try (Broker broker = new Broker(settings.kafka())) {
            requireNoMembers(broker);
            requireAsBefore(move.before());
            UUID topicId = broker.idOf(topic);
            Span forgotten = move.forgotten();
            database.transaction(tx -> {
                if (forgotten == null) {
                    skip(tx.dsl(), topicId, move, reason, by);
                } else {
                    forget(tx.dsl(), topicId, move, forgotten);
                }
            });
            broker.move(
                    settings.groupId(),
                    new TopicPartition(topic, move.before().partition()),
                    CommittedOffset.of(move.goal()));
        }
    }

    /** Between plan and move a person may have been asked, and meanwhile workers or another person may have been at it. */
    private void requireAsBefore(PartitionOffsets before) {
        PartitionOffsets now = at(before.partition());
        if (!Objects.equals(now.committed(), before.committed()) || !Objects.equals(now.receipt(), before.receipt())) {
            throw new OperatorException(
                    "%s has moved on meanwhile, and nothing was done: run this again".formatted(before.name()));
        }
    }

    private static void forget(DSLContext tx, UUID topicId, Move move, Span forgotten) {
        long published = Math.min(move.before().start().published(), forgotten.from());
        LostRecords.forget(tx, Receipt.first(topicId, move.before().partition(), move.goal(), published));
    }

    private static void skip(DSLContext tx, UUID topicId, Move move, String reason, String by) {
        int partition = move.before().partition();
        Instant now = Instant.now();
        for (Span span : move.skipped()) {
            SkippedOffsets.add(tx, new Skip(topicId, partition, span.from(), span.to(), reason, by, now, null));
        }
        if (!move.skipped().isEmpty()) {
            receive(tx, topicId, move);
        }
    }

    /** Writes a receipt, so that workers resume from there, and writes from an earlier position have no effect. */
    private static void receive(DSLContext tx, UUID topicId, Move move) {
        int partition = move.before().partition();
        long to = move.to();
        Receipt last = move.before().receipt();
        Answered settled = move.before().start().settled().union(move.goal());
        if (last == null) {
            Receipts.begin(tx, List.of(Receipt.first(topicId, partition, settled, to)));
        } else if (settled.count() > last.settled().count()) {
            Receipts.append(tx, List.of(last.next(settled, to)));
        } else {
            Receipts.raisePublished(tx, List.of(last.publishedTo(to)));
        }
    }

    /** The partitions whose receipts are missing although the group has committed offsets; all of them if none is named. */
    public List<PartitionOffsets> withoutReceipt(Set<Integer> partitions) {
        return look(partitions).stream()
                .filter(each -> each.state() == State.NO_RECEIPT)
                .toList();
    }

    /**
     * Gives these partitions receipts that end where the group stands: what was answered before, it was answered elsewhere.
     *
     * @param reason why the database need not know of it, in the operator's words
     * @param by user and host
     * @throws OperatorException if the group has members, or a partition no longer stands where it did
     */
    public void adopt(List<PartitionOffsets> partitions, String reason, String by) {
        try (Broker broker = new Broker(settings.kafka())) {
            requireNoMembers(broker);
            partitions.forEach(this::requireAsBefore);
            UUID topicId = broker.idOf(topic);
            Instant now = Instant.now();
            database.transaction(tx -> {
                for (PartitionOffsets each : partitions) {
                    long next = each.next();
                    int partition = each.partition();
                    SkippedOffsets.add(tx.dsl(), new Skip(topicId, partition, 0, next, reason, by, now, null));
                    Receipts.begin(
                            tx.dsl(),
                            List.of(Receipt.first(
                                    topicId, partition, each.start().progress(), next)));
                }
            });
        }
    }

    /**
     * Makes sure that nothing stands in the way of a move or an adoption.
     *
     * @throws OperatorException if the group has members
     */
    public void requireNoMembers() {
        try (Broker broker = new Broker(settings.kafka())) {
            requireNoMembers(broker);
        }
    }

    private void requireNoMembers(Broker broker) {
        if (broker.hasMembers(settings.groupId())) {
            throw new OperatorException(
                    "the group %s has members: stop all workers first".formatted(settings.groupId()));
        }
    }
}
