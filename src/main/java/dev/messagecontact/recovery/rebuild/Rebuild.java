package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.Receipt;
import dev.messagecontact.directory.Receipts;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.recovery.CommandReaders;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.replay.Tally;
import dev.messagecontact.registration.BatchListener;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.Request.PublishedAnswer;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/**
 * Brings a database that lost what it knew, all of it or since a backup, back to where the group stands: it re-decides the
 * commands that the group has committed but the database has no receipt for, in the order of the topic, and publishes
 * nothing. The rows are those that were there before; {@link dev.messagecontact.recovery.replay.Replay} can publish the
 * answers again afterwards.
 *
 * <p>What was published goes before the rules, as far as the topics of results and errors reach: settings may have changed,
 * a directory may have been locked, a command may have failed because of a bug. Not thread-safe.
 */
public final class Rebuild {

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Progress progress;
    private final TopicNames topics;

    /** Prepares with the settings of the workers that answered. */
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
     * @param commands by partition, from the database's last receipt to the group's committed offset
     * @param gone by partition, the part before it that the topic no longer has
     */
    public record Missing(
            Map<String, UUID> topicIds, Map<TopicPartition, Offsets> commands, Map<TopicPartition, Offsets> gone) {

        /** Whether the database lacks nothing. */
        public boolean isNothing() {
            return commands.isEmpty() && gone.isEmpty();
        }

        Map<TopicPartition, Offsets> commandsOf(String topic) {
            Map<TopicPartition, Offsets> ofTopic = new HashMap<>(commands);
            ofTopic.keySet().removeIf(partition -> !partition.topic().equals(topic));
            return ofTopic;
        }

        /** How many offsets can be settled again. */
        public long size() {
            return commands.values().stream().mapToLong(Offsets::size).sum();
        }
    }

    /**
     * Finds out what the database lacks.
     *
     * @throws OperatorException if workers are running
     */
    public Missing missing() {
        try (Broker broker = new Broker(settings.kafka())) {
            if (broker.hasMembers(settings.groupId())) {
                throw new OperatorException(
                        "the group %s has members: stop all workers first; they would decide without the lost rows"
                                .formatted(settings.groupId()));
            }
            Missing missing = new Missing(new HashMap<>(), new HashMap<>(), new HashMap<>());
            Map<TopicPartition, OffsetAndMetadata> committed = broker.committedBy(settings.groupId());
            topics.taken().forEach(topic -> add(topic, committed, broker, missing));
            return missing;
        }
    }

    private void add(String topic, Map<TopicPartition, OffsetAndMetadata> committed, Broker broker, Missing missing) {
        UUID topicId = broker.idOf(topic);
        missing.topicIds().put(topic, topicId);
        Map<Integer, Receipt> receipts = Receipts.last(database, topicId);
        Map<Integer, Long> withoutReceipt = Receipts.publishedWithoutReceipt(database, topicId);
        broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED).forEach((partition, available) -> {
            OffsetAndMetadata next = committed.get(partition);
            if (next != null) {
                Receipt receipt = receipts.get(partition.partition());
                long from = Math.max(
                        withoutReceipt.getOrDefault(partition.partition(), 0L),
                        receipt == null ? 0 : receipt.settled());
                long begin = Math.max(from, Math.min(available.begin(), next.offset()));
                add(missing.gone(), partition, from, begin);
                add(missing.commands(), partition, begin, next.offset());
            }
        });
    }

    private static void add(Map<TopicPartition, Offsets> parts, TopicPartition partition, long from, long to) {
        if (from < to) {
            parts.put(partition, new Offsets(from, to, Offsets.ANY_TIME));
        }
    }

    /**
     * Settles what is missing. Killed and begun again, it goes on from the last batch that the database took.
     *
     * @param acceptGap whether to go on without the commands that the topic no longer has
     * @throws OperatorException if there are such commands and the gap is not accepted; it says which and what is lost
     */
    public Tally run(Missing missing, boolean acceptGap) {
        if (!acceptGap) {
            requireNothingGone(missing);
        }
        Tally tally = new Tally();
        Batches batches = new Batches(missing, PublishedAnswers.of(settings));
        Map<TopicPartition, Long> reached = new HashMap<>();
        for (String topic : topics.taken()) { // confirmations last: what they confirm is there then
            new TopicReader(settings.kafka()).readInBatches(missing.commandsOf(topic), (records, positions) -> {
                batches.settle(records, positions).answers().forEach(answer -> tally.count(Selection.codeOf(answer)));
                reached.putAll(positions);
                progress.at(Step.COMMANDS, done(missing, reached), missing.size());
            });
        }
        batches.end();
        return tally;
    }

    private static void requireNothingGone(Missing missing) {
        missing.gone().forEach((partition, offsets) -> {
            throw new OperatorException(
                    ("%s: the commands %d to %d are gone from the topic, so their contacts cannot be restored, and "
                                    + "their names may be used a second time; restore a backup that has them, or continue without "
                                    + "them with --accept-gap")
                            .formatted(partition, offsets.begin(), offsets.end() - 1));
        });
    }

    private static long done(Missing missing, Map<TopicPartition, Long> reached) {
        return reached.entrySet().stream()
                .mapToLong(part -> part.getValue()
                        - Objects.requireNonNull(missing.commands().get(part.getKey()))
                                .begin())
                .sum();
    }

    /** Decodes, checks and settles what was read, and leaves receipts as workers do. */
    private final class Batches {

        private final Missing missing;
        private final PublishedAnswers published;
        private final Map<String, RequestReader> readers = new HashMap<>();
        private final Registrar registrar;
        private final Map<TopicPartition, Receipt> receipts = new HashMap<>();

        Batches(Missing missing, PublishedAnswers published) {
            this.missing = missing;
            this.published = published;
            missing.topicIds().forEach((topic, id) -> readers.put(topic, CommandReaders.of(settings, topic, id)));
            this.registrar = new Registrar(
                    database, settings.contacts().limitPerDirectory(), settings.failuresInARow(), BatchListener.NONE);
            begin();
        }

        /** A partition without a receipt gets its first, before what is settled now. */
        private void begin() {
            missing.topicIds()
                    .forEach((topic, id) -> Receipts.last(database, id)
                            .forEach((number, last) -> receipts.put(new TopicPartition(topic, number), last)));
            List<Receipt> first = new ArrayList<>();
            missing.commands().forEach((partition, offsets) -> begin(partition, offsets.begin(), first));
            missing.gone().forEach((partition, offsets) -> begin(partition, offsets.end(), first));
            Receipts.begin(database, first);
        }

        private void begin(TopicPartition partition, long settled, List<Receipt> first) {
            if (!receipts.containsKey(partition)) {
                Receipt receipt = receipt(partition, settled - 1, settled);
                receipts.put(partition, receipt);
                first.add(receipt);
            }
        }

        private Receipt receipt(TopicPartition partition, long from, long settled) {
            UUID topicId = Objects.requireNonNull(missing.topicIds().get(partition.topic()));
            return new Receipt(topicId, partition.partition(), from, settled, settled);
        }

        Decision settle(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions) {
            List<Request> requests = records.stream()
                    .map(this::request)
                    .map(Request::withoutWaiting)
                    .toList();
            Map<TopicPartition, Receipt> next = new HashMap<>();
            positions.forEach((partition, position) -> add(next, partition, position));
            Decision decision = registrar.settle(requests, 0, deferred -> next.values());
            receipts.putAll(next);
            return decision;
        }

        private void add(Map<TopicPartition, Receipt> next, TopicPartition partition, long position) {
            long settled = Objects.requireNonNull(receipts.get(partition)).settled();
            if (position > settled) {
                next.put(partition, receipt(partition, settled, position));
            }
        }

        private Request request(ConsumerRecord<byte[], byte[]> record) {
            Request request =
                    Objects.requireNonNull(readers.get(record.topic())).read(record, Past.PUBLISHED);
            PublishedAnswer answer = published.to(topics.origin(record.topic()), RecordPosition.of(record));
            return answer == null ? request : request.publishedAs(answer);
        }

        /** What the topic no longer has at the end of a partition gets a receipt too. */
        void end() {
            Map<TopicPartition, Receipt> next = new HashMap<>();
            missing.gone().forEach((partition, offsets) -> add(next, partition, offsets.end()));
            database.transaction(tx -> Receipts.append(tx.dsl(), next.values()));
        }
    }
}
