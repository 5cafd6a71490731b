package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.recovery.CommandReaders;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes, checks, settles and counts what a rebuild has read, and leaves receipts. Not thread-safe. */
final class RebuiltBatches {

    private static final Logger log = LoggerFactory.getLogger(RebuiltBatches.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Missing missing;
    private final PublishedAnswers published;
    private final Tally tally;
    private final Turn turn;
    private final Map<String, RequestReader> readers = new HashMap<>();
    private final TopicNames topics;
    private final Registrar registrar;
    private final RebuiltReceipts receipts;
    private final Later repeats = new Later();
    private final Later postponed = new Later();

    RebuiltBatches(
            WorkerSettings settings,
            DSLContext database,
            Missing missing,
            PublishedAnswers published,
            Tally tally,
            Turn turn) {
        this.missing = missing;
        this.published = published;
        this.tally = tally;
        this.turn = turn;
        this.topics = settings.topics().names();
        missing.topicIds().forEach((topic, id) -> readers.put(topic, CommandReaders.of(settings, topic, id)));
        this.registrar = new Registrar(
                database, settings.contacts().limitPerDirectory(), settings.failuresInARow(), BatchListener.NONE);
        this.receipts = new RebuiltReceipts(database, missing);
    }

    /** Settles what was read up to these positions, but for repeats and what needs a command that is not settled yet. */
    void settle(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions) {
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
        BatchReceipts next = receipts.upTo(positions, repeats, postponed);
        postponed.addAll(settle(requests, Room.POSTPONING, next).postponed());
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
            left.addAll(settle(requests, room, BatchReceipts.NONE).postponed());
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
                Decision decision = registrar.settle(requests, room, next);
                decision.answers().forEach(answer -> tally.count(Selection.codeOf(answer)));
                return decision;
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

    private boolean isRepeat(ConsumerRecord<byte[], byte[]> record) {
        return published.isRepeat(
                topics.origin(record.topic()), RecordPosition.of(record), Envelope.timestampOf(record));
    }

    private Request request(ConsumerRecord<byte[], byte[]> record) {
        Request request = Objects.requireNonNull(readers.get(record.topic())).read(record, Past.PUBLISHED);
        PublishedAnswer answer =
                published.to(topics.origin(record.topic()), RecordPosition.of(record), Envelope.timestampOf(record));
        if (answer == null) {
            tally.countUnpublished();
            return request;
        }
        return request.withAnswerInTopic(answer);
    }

    /** Settles the commands that repeat others. They make rows only where the command that they repeat is gone. */
    void settleRepeats(String topic, TopicReader reader) {
        reader.readInBatches(repeats.partsOf(topic), (records, positions) -> settleRepeats(records));
    }

    private void settleRepeats(List<ConsumerRecord<byte[], byte[]>> records) {
        List<Request> requests = records.stream()
                .filter(record -> missing.has(record) && isRepeat(record))
                .map(this::request)
                .toList();
        Decision decision = settle(requests, Room.NONE, BatchReceipts.NONE);
        warnOfDeletions(decision.rows().contacts());
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

    /** Gives receipts to what stands behind the first record of each partition that was settled later than the others. */
    void appendReceiptsOfLater(String topic) {
        Set<TopicPartition> partitions = new HashSet<>(repeats.partsOf(topic).keySet());
        partitions.addAll(postponed.partsOf(topic).keySet());
        receipts.appendAllOf(partitions);
    }

    /** Gives receipts to the commands that are gone. */
    void appendReceiptsOfGone() {
        receipts.appendGone();
    }
}
