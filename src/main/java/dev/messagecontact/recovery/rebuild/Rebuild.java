package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.recovery.CommandReaders;
import dev.messagecontact.recovery.CommandsRead;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.PublishedAnswers;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.registration.BatchListener;
import dev.messagecontact.registration.BatchReceipts;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.NoRoomException;
import dev.messagecontact.registration.PublishedAnswer;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.registration.Room;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database that lost what it knew, all of it or since a backup, back to where the group stands: it re-decides the
 * commands that the group has committed but the database has no receipt for, in the order of the topic, and publishes
 * nothing. The rows are those that were there before; {@link dev.messagecontact.recovery.replay.Replay} can publish the
 * answers again afterwards.
 *
 * <p>What was published goes before the rules, as far as the topics of results and errors reach: settings may have changed,
 * a directory may have been locked, a command may have failed because of a bug. A command that was answered as a repeat comes
 * after the others of its topic, because the one that it repeats may be on another partition; so does one that needs what was
 * done on another partition and is not done yet. Not thread-safe.
 */
public final class Rebuild {

    private static final Logger log = LoggerFactory.getLogger(Rebuild.class);

    /** How many connections to the database it has at a time. */
    public static final int CONNECTIONS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Progress progress;
    private final TopicNames topics;

    /** @param settings of the workers that answered */
    public Rebuild(WorkerSettings settings, DSLContext database, Progress progress) {
        this.settings = settings;
        this.database = database;
        this.progress = progress;
        this.topics = settings.topics().names();
    }

    /**
     * What the database lacks.
     *
     * @param topicIds of the topics with commands, by name
     * @param answered what the group has as answered, as far as the topic has not lost its last records
     * @param commands by partition, those that the group has as answered and the database has no receipt for
     * @param gone by partition, those that the topic no longer has, at its beginning or because it has lost its last records
     */
    public record Missing(
            Map<String, UUID> topicIds,
            Map<TopicPartition, Answered> answered,
            Map<TopicPartition, List<Span>> commands,
            Map<TopicPartition, List<Span>> gone) {

        /** Whether the database lacks nothing. */
        public boolean isNothing() {
            return commands.isEmpty() && gone.isEmpty();
        }

        /**
         * Whether only the last records of the topic are lost here: the database has forgotten them, as a move that was
         * interrupted lets it do, or has never known them.
         */
        public boolean isLostTail(TopicPartition partition) {
            long end = Objects.requireNonNull(answered.get(partition)).upTo();
            return !commands.containsKey(partition)
                    && gone.getOrDefault(partition, List.of()).stream().allMatch(span -> span.from() >= end);
        }

        /** What to read of this topic for them; others may stand between them. */
        Map<TopicPartition, Offsets> partsOf(String topic) {
            Map<TopicPartition, Offsets> parts = new HashMap<>();
            commands.forEach((partition, spans) -> {
                if (partition.topic().equals(topic)) {
                    parts.put(partition, Offsets.of(spans.get(0).from(), endOf(spans)));
                }
            });
            return parts;
        }

        boolean has(ConsumerRecord<?, ?> record) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            return commands.getOrDefault(partition, List.of()).stream()
                    .anyMatch(span -> span.contains(record.offset()));
        }

        /** How many offsets can be settled again. */
        public long size() {
            return commands.values().stream().mapToLong(Span::totalSize).sum();
        }

        /** How many of them reading up to these positions has passed. */
        long sizeBefore(Map<TopicPartition, Long> positions) {
            return commands.entrySet().stream()
                    .flatMap(part -> part.getValue().stream()
                            .map(span -> Math.min(span.to(), positions.getOrDefault(part.getKey(), 0L)) - span.from()))
                    .mapToLong(passed -> Math.max(0, passed))
                    .sum();
        }
    }

    /**
     * Finds out what the database lacks.
     *
     * @throws OperatorException if workers are running, or the group has committed nothing
     */
    public Missing missing() {
        try (Broker broker = new Broker(settings.kafka())) {
            if (broker.hasMembers(settings.groupId())) {
                throw new OperatorException(
                        "the group %s has members: stop all workers first; they would decide without the lost rows"
                                .formatted(settings.groupId()));
            }
            Missing missing = new Missing(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
            Map<TopicPartition, OffsetAndMetadata> committed = broker.committedBy(settings.groupId());
            requireAnyOf(topics.taken(), committed.keySet());
            topics.taken().forEach(topic -> addMissing(topic, committed, broker, missing));
            return missing;
        }
    }

    /** Or nothing would be missing in an empty database, and workers would take every command for a new one. */
    private void requireAnyOf(Collection<String> taken, Set<TopicPartition> committed) {
        if (committed.stream().noneMatch(partition -> taken.contains(partition.topic()))) {
            throw new OperatorException(
                    "the group %s has committed no offset of %s, so nothing tells which commands are answered: is WORKER_GROUP_ID that of the workers? If its offsets are gone, set them again first: see ops/runbooks/lost-database.md"
                            .formatted(settings.groupId(), String.join(" or ", taken)));
        }
    }

    private void addMissing(
            String topic, Map<TopicPartition, OffsetAndMetadata> committed, Broker broker, Missing missing) {
        UUID topicId = broker.idOf(topic);
        missing.topicIds().put(topic, topicId);
        Map<Integer, Answered> settled = Receipts.settled(database, topicId);
        Map<TopicPartition, Offsets> all = broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED);
        CommandsRead.of(settings.kafka(), all, committed).forEach((partition, available) -> {
            OffsetAndMetadata next = committed.get(partition);
            if (next != null) {
                Answered known = settled.getOrDefault(partition.partition(), Answered.before(0));
                Answered begin = Answered.before(available.begin());
                Answered end = Answered.before(available.end());
                Answered answered = CommittedOffset.read(next);
                Answered there = answered.head(available.end());
                missing.answered().put(partition, there);
                List<Span> gone =
                        new ArrayList<>(answered.head(available.begin()).minus(known));
                gone.addAll(answered.minus(known.union(end)));
                putUnlessEmpty(missing.gone(), partition, gone);
                putUnlessEmpty(missing.commands(), partition, there.minus(known.union(begin)));
            }
        });
    }

    private static void putUnlessEmpty(
            Map<TopicPartition, List<Span>> parts, TopicPartition partition, List<Span> spans) {
        if (!spans.isEmpty()) {
            parts.put(partition, spans);
        }
    }

    /**
     * Settles what is missing. Killed and begun again, it goes on from the last batch that the database took; where there are
     * repeats, from the first of those that are not settled.
     *
     * @param acceptGap whether to go on without the commands that the topic no longer has, or that cannot be read
     * @throws OperatorException if there are such commands and the gap is not accepted, it says which and what is lost then; or
     *     if another rebuild is at work, workers are running, something else is missing by now, or a directory stays locked for a
     *     minute
     */
    public Tally run(Missing missing, boolean acceptGap) {
        if (!acceptGap) {
            requireNothingGone(missing);
        }
        return Turn.during(database, turn -> run(missing, acceptGap, turn));
    }

    /**
     * Reads what {@link #run} would read, and changes nothing.
     *
     * @throws OperatorException as that would at its beginning, and where a record cannot be read
     */
    public void look(Missing missing, boolean acceptGap) {
        if (!acceptGap) {
            requireNothingGone(missing);
        }
        Turn.during(database, turn -> true); // and another one may begin while this reads
        TopicReader events = reader(acceptGap);
        PublishedAnswers.of(settings, missing.commands(), events);
        Map<TopicPartition, Long> reached = new HashMap<>();
        for (String topic : topics.taken()) {
            events.readInBatches(missing.partsOf(topic), (records, positions) -> {
                reached.putAll(positions);
                progress.at(Step.COMMANDS, missing.sizeBefore(reached), missing.size());
            });
        }
    }

    private TopicReader reader(boolean acceptGap) {
        TopicReader reader = new TopicReader(settings.kafka());
        return acceptGap ? reader.steppingOver() : reader;
    }

    private Tally run(Missing missing, boolean acceptGap, Turn turn) {
        requireAsBefore(missing);
        Tally tally = new Tally();
        TopicReader events = reader(acceptGap);
        PublishedAnswers published = PublishedAnswers.of(settings, missing.commands(), events);
        Batches batches = new Batches(missing, published, tally, turn);
        Map<TopicPartition, Long> reached = new HashMap<>();
        // A directory's older commands may be on another partition than its newer ones.
        TopicReader reader = events.orderedByTime();
        for (String topic : topics.taken()) { // confirmations last: what they confirm is there then
            reader.readInBatches(missing.partsOf(topic), (records, positions) -> {
                count(batches.settle(records, positions), tally);
                reached.putAll(positions);
                progress.at(Step.COMMANDS, missing.sizeBefore(reached), missing.size());
            });
            batches.settlePostponed(topic, reader);
            reader.readInBatches(
                    batches.repeats.partsOf(topic),
                    (records, positions) -> count(batches.settleRepeats(records), tally));
            batches.appendReceiptsOfLater(topic);
        }
        batches.appendReceiptsOfGone();
        return tally;
    }

    /** Since it was looked at a person may have been asked, and workers or another rebuild may have been at it. */
    private void requireAsBefore(Missing before) {
        if (!missing().equals(before)) {
            throw new OperatorException("something else is missing by now, and nothing was done: run this again");
        }
    }

    private static void count(Decision decision, Tally tally) {
        decision.answers().forEach(answer -> tally.count(Selection.codeOf(answer)));
    }

    private static void requireNothingGone(Missing missing) {
        missing.gone().forEach((partition, spans) -> {
            if (missing.isLostTail(partition)) {
                throw new OperatorException(
                        "%s: the topic has lost its last records, %s, and the database has nothing of them: `contacts offsets move --to settled` (of the verification outcomes, with --outcomes) goes on without them, also if it was interrupted before; then run this again"
                                .formatted(partition, Span.inWords(spans)));
            }
            throw new OperatorException(
                    ("%s: the commands %s are gone from the topic, so their contacts cannot be restored, and "
                                    + "their names may be used a second time; restore a backup that has them, or continue without "
                                    + "them with --accept-gap")
                            .formatted(partition, Span.inWords(spans)));
        });
    }

    private static long endOf(List<Span> spans) {
        return spans.get(spans.size() - 1).to();
    }

    /** Decodes, checks and settles what was read, and leaves receipts as workers do. */
    private final class Batches {

        private final Missing missing;
        private final PublishedAnswers published;
        private final Tally tally;
        private final Turn turn;
        private final Map<String, RequestReader> readers = new HashMap<>();
        private final Registrar registrar;
        private final Map<TopicPartition, Receipt> receipts = new HashMap<>();
        private final Later repeats = new Later();
        private final Later postponed = new Later();

        Batches(Missing missing, PublishedAnswers published, Tally tally, Turn turn) {
            this.missing = missing;
            this.published = published;
            this.tally = tally;
            this.turn = turn;
            missing.topicIds().forEach((topic, id) -> readers.put(topic, CommandReaders.of(settings, topic, id)));
            this.registrar = new Registrar(
                    database, settings.contacts().limitPerDirectory(), settings.failuresInARow(), BatchListener.NONE);
            writeFirstReceipts();
        }

        /** A partition without a receipt gets its first, before what is settled now. */
        private void writeFirstReceipts() {
            missing.topicIds()
                    .forEach((topic, id) -> Receipts.last(database, id)
                            .forEach((number, last) -> receipts.put(new TopicPartition(topic, number), last)));
            List<Receipt> first = new ArrayList<>();
            missing.commands()
                    .forEach((partition, spans) ->
                            addFirstReceipt(partition, spans.get(0).from(), first));
            missing.gone()
                    .forEach((partition, spans) -> addFirstReceipt(
                            partition, answeredBefore(endOf(spans), partition).upTo(), first));
            Receipts.begin(database, first);
        }

        private void addFirstReceipt(TopicPartition partition, long settled, List<Receipt> first) {
            if (!receipts.containsKey(partition)) {
                UUID topicId = Objects.requireNonNull(missing.topicIds().get(partition.topic()));
                Receipt receipt = Receipt.first(topicId, partition.partition(), Answered.before(settled), settled);
                receipts.put(partition, receipt);
                first.add(receipt);
            }
        }

        Decision settle(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions) {
            List<Request> requests = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (!missing.has(record)) {
                    continue;
                }
                if (isRepeat(record)) {
                    repeats.add(record);
                } else {
                    requests.add(request(record));
                }
            }
            Decision decision = settle(requests, Room.POSTPONING, new UpTo(positions));
            postponed.addAll(decision.postponed());
            return decision;
        }

        /**
         * Settles what needs others that were settled meanwhile, again and again as long as that helps any. What is left then
         * needs a command that is gone.
         */
        void settlePostponed(String topic, TopicReader reader) {
            Later left = postponed.of(topic);
            for (long before = Long.MAX_VALUE; left.size() > 0 && left.size() < before; ) {
                before = left.size();
                left = settle(left, topic, reader, Room.POSTPONING);
            }
            settle(left, topic, reader, Room.NONE);
        }

        private Later settle(Later some, String topic, TopicReader reader, Room room) {
            Later left = new Later();
            reader.readInBatches(some.partsOf(topic), (records, positions) -> {
                List<Request> requests =
                        records.stream().filter(some::has).map(this::request).toList();
                Decision decision = settle(requests, room, BatchReceipts.NONE);
                left.addAll(decision.postponed());
                count(decision, tally);
            });
            return left;
        }

        /**
         * Whoever holds a directory for a moment is waited for: a rebuild never rejects because of a lock.
         *
         * @throws OperatorException if one is held for too long
         */
        private Decision settle(List<Request> requests, Room room, BatchReceipts next) {
            if (requests.isEmpty() && next.of(List.of(), List.of()).isEmpty()) {
                return Decision.NONE;
            }
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                turn.requireOurs();
                try {
                    return registrar.settle(requests, room, next);
                } catch (NoRoomException e) {
                    if (System.nanoTime() > deadline) {
                        throw new OperatorException(
                                "rows of resource_directory have been locked for %d s by another session of the database: end it, then run this again"
                                        .formatted(PATIENCE.toSeconds()),
                                e);
                    }
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                }
            }
        }

        /** The receipts of a batch that was read up to these positions: no further than to what is settled later. */
        private final class UpTo implements BatchReceipts {

            private final Map<TopicPartition, Long> positions;
            private final Map<TopicPartition, Receipt> next = new HashMap<>();

            UpTo(Map<TopicPartition, Long> positions) {
                this.positions = positions;
            }

            @Override
            public Collection<Receipt> of(List<Request> open, List<Request> rest) {
                next.clear();
                if (rest.isEmpty()) {
                    positions.forEach((partition, position) -> addReceipt(
                            next,
                            partition,
                            Math.min(
                                    Math.min(position, firstOf(open, partition)),
                                    Math.min(repeats.firstOf(partition), postponed.firstOf(partition)))));
                }
                return List.copyOf(next.values());
            }

            @Override
            public void stored(Collection<Receipt> stored) {
                receipts.putAll(next);
            }
        }

        private static long firstOf(List<Request> open, TopicPartition partition) {
            return open.stream()
                    .map(request -> request.envelope().record())
                    .filter(record ->
                            record.topic().equals(partition.topic()) && record.partition() == partition.partition())
                    .mapToLong(ConsumerRecord::offset)
                    .min()
                    .orElse(Long.MAX_VALUE);
        }

        private boolean isRepeat(ConsumerRecord<byte[], byte[]> record) {
            return published.isRepeat(
                    topics.origin(record.topic()), RecordPosition.of(record), Envelope.timestampOf(record));
        }

        /** Adds the partition's next receipt, unless nothing new is settled up to this position. */
        private void addReceipt(Map<TopicPartition, Receipt> next, TopicPartition partition, long position) {
            Receipt last = Objects.requireNonNull(receipts.get(partition));
            Answered answered = answeredBefore(position, partition);
            Answered settled = last.settled().union(answered);
            if (settled.count() > last.settled().count()) {
                next.put(partition, last.next(settled, Math.max(last.published(), answered.firstOpen())));
            }
        }

        private Answered answeredBefore(long position, TopicPartition partition) {
            return Objects.requireNonNull(missing.answered().get(partition)).head(position);
        }

        private Request request(ConsumerRecord<byte[], byte[]> record) {
            Request request =
                    Objects.requireNonNull(readers.get(record.topic())).read(record, Past.PUBLISHED);
            PublishedAnswer answer = published.to(
                    topics.origin(record.topic()), RecordPosition.of(record), Envelope.timestampOf(record));
            if (answer == null) {
                tally.countUnpublished();
                return request;
            }
            return request.withAnswerInTopic(answer);
        }

        /** Settles the commands that repeat others. They make rows only where the command that they repeat is gone. */
        Decision settleRepeats(List<ConsumerRecord<byte[], byte[]>> records) {
            List<Request> requests = records.stream()
                    .filter(record -> missing.has(record) && isRepeat(record))
                    .map(this::request)
                    .toList();
            Decision decision = settle(requests, Room.NONE, BatchReceipts.NONE);
            warnOfDeletions(decision.rows().contacts());
            return decision;
        }

        /** A contact that was deleted is there again: if its deletion is gone from the topic too, nothing tells of it. */
        private static void warnOfDeletions(List<NewContact> contacts) {
            if (!contacts.isEmpty()) {
                log.warn(
                        "{} contacts are made from repeats, because the commands that made them are gone from the topic; who of them was deleted before is to be deleted again: {}",
                        contacts.size(),
                        contacts.stream().map(NewContact::key).toList());
            }
        }

        /**
         * Gives receipts to what stands behind the first record of each partition that is settled later. They come after all are
         * settled: with them before, a rebuild that is interrupted would not come back to those.
         */
        void appendReceiptsOfLater(String topic) {
            Set<TopicPartition> partitions =
                    new HashSet<>(repeats.partsOf(topic).keySet());
            partitions.addAll(postponed.partsOf(topic).keySet());
            Map<TopicPartition, Receipt> next = new HashMap<>();
            partitions.forEach(partition -> addReceipt(
                    next,
                    partition,
                    endOf(Objects.requireNonNull(missing.commands().get(partition)))));
            append(next);
        }

        /** Gives receipts to the commands at the end of a partition that the topic no longer has. */
        void appendReceiptsOfGone() {
            Map<TopicPartition, Receipt> next = new HashMap<>();
            missing.gone().forEach((partition, spans) -> addReceipt(next, partition, endOf(spans)));
            append(next);
        }

        private void append(Map<TopicPartition, Receipt> next) {
            database.transaction(tx -> Receipts.append(tx.dsl(), next.values()));
            receipts.putAll(next);
        }
    }
}
