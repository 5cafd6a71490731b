package dev.messagecontact.recovery.resubmit;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.Resubmission;
import dev.messagecontact.recovery.CommandReaders;
import dev.messagecontact.recovery.CommandsRead;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.RecordSender;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.SenderProof;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.WorkerSettings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/**
 * Publishes commands once more that field rules refused and that the rules of now accept. A refusal by field rules leaves the
 * RequestId free, so the new record is decided as a first attempt. It may run beside workers. Not thread-safe.
 *
 * <p>Each new record carries a mark that names the refused one. By this mark, found in the topic itself, a second run
 * knows what the first has done. While a transaction in the topic is open, marks behind it cannot be read: a run waits for its
 * end, or fails and publishes nothing.
 */
public final class Resubmit {

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Pace pace;
    private final Progress progress;
    private final LongSupplier now;
    private final String topic;
    private final TopicReader reader;

    /**
     * @param settings with the field rules that hold now
     * @param origin which of the two topics that commands are taken from
     * @param now milliseconds since 1970 UTC
     */
    public Resubmit(
            WorkerSettings settings,
            DSLContext database,
            Origin origin,
            Pace pace,
            Progress progress,
            LongSupplier now) {
        this.settings = settings;
        this.database = database;
        this.pace = pace;
        this.progress = progress;
        this.now = now;
        this.reader = new TopicReader(settings.kafka()).steppingOver();
        this.topic = settings.topics().names().taken(origin);
    }

    /**
     * What was done, or would be.
     *
     * @param sent commands published once more
     * @param before commands that an earlier run has published
     * @param stillRefused commands that the rules of now refuse too
     * @param unproven commands whose token no longer proves who sent them
     */
    public record Resubmitted(long sent, long before, long stillRefused, long unproven) {}

    /**
     * What would be published, found out without publishing anything.
     *
     * @throws OperatorException if a transaction in the topic stays open
     */
    public Resubmitted look(Selection selection) {
        return run(selection, RecordSender.counting());
    }

    /**
     * Publishes what is selected. Killed and begun again, it publishes what is left.
     *
     * @throws OperatorException if a transaction in the topic stays open; then nothing is published
     */
    public Resubmitted run(Selection selection) {
        try (RecordSender sender = RecordSender.of(settings, "resubmit", pace)) {
            return run(selection, sender);
        }
    }

    private Resubmitted run(Selection selection, RecordSender sender) {
        try (Broker broker = new Broker(settings.kafka());
                SenderProof proof = new SenderProof(settings, now)) {
            UUID topicId = broker.idOf(topic);
            selection.requirePartitionsOf(topic, broker.partitionsOf(topic));
            // An earlier run may have published behind a transaction that is open: then the reader waits for its end.
            Map<TopicPartition, Offsets> all = broker.offsetsOf(topic, IsolationLevel.READ_UNCOMMITTED);
            Run run = new Run(topicId, selection, resubmitted(all, topicId), proof, sender);
            Map<TopicPartition, Offsets> read =
                    CommandsRead.of(settings.kafka(), all, broker.committedBy(settings.groupId()));
            reader.readInBatches(selected(read, selection), (records, positions) -> run.take(records));
            sender.flush();
            return new Resubmitted(sender.sent(), run.before, run.stillRefused, run.unproven);
        }
    }

    private Set<RecordPosition> resubmitted(Map<TopicPartition, Offsets> parts, UUID topicId) {
        Set<RecordPosition> origins = new HashSet<>();
        reader.read(
                parts,
                record -> Resubmission.originOf(record, topicId).ifPresent(origins::add),
                (done, total) -> progress.at(Step.COMMANDS, done, total));
        return origins;
    }

    private static Map<TopicPartition, Offsets> selected(Map<TopicPartition, Offsets> all, Selection selection) {
        Map<TopicPartition, Offsets> selected = new HashMap<>();
        all.forEach((partition, offsets) -> {
            if (selection.includes(partition.partition())) {
                selected.put(partition, offsets.within(selection.from(), selection.to()));
            }
        });
        return selected;
    }

    /** One reading of the selected parts. */
    private final class Run {

        private final Selection selection;
        private final Set<RecordPosition> earlier;
        private final SenderProof proof;
        private final RecordSender sender;
        private final RequestReader reader;
        private long before;
        private long stillRefused;
        private long unproven;

        Run(UUID topicId, Selection selection, Set<RecordPosition> earlier, SenderProof proof, RecordSender sender) {
            this.selection = selection;
            this.earlier = earlier;
            this.proof = proof;
            this.sender = sender;
            this.reader = CommandReaders.of(settings, topic, topicId);
        }

        void take(List<ConsumerRecord<byte[], byte[]>> records) {
            List<Request> requests = records.stream()
                    .filter(selection::includes)
                    .map(record -> reader.read(record, Past.SETTLED))
                    .filter(request -> selection.includes(request.envelope()))
                    .toList();
            List<RecordId> positions = requests.stream().map(Request::position).toList();
            Map<RecordId, List<ErrorCode>> refusals = new Directories(database).refusals(positions);
            for (Request request : requests) {
                List<ErrorCode> codes = refusals.getOrDefault(request.position(), List.of());
                if (!codes.isEmpty()
                        && codes.get(0).isOfFieldRules()
                        && selection.includesCode(codes.get(0).code())) {
                    take(request);
                }
            }
        }

        private void take(Request request) {
            ConsumerRecord<byte[], byte[]> record = request.envelope().record();
            if (earlier.contains(RecordPosition.of(record))) {
                before++;
            } else if (!request.refusals().isEmpty()) {
                stillRefused++;
            } else if (!proof.holds(record, topic)) {
                unproven++;
            } else {
                sender.send(Resubmission.of(record, reader.topicId()));
            }
        }
    }
}
