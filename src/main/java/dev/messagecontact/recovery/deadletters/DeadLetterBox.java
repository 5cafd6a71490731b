package dev.messagecontact.recovery.deadletters;

import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.Retention;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.recovery.Gone;
import dev.messagecontact.recovery.Pace;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.RecordSender;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.SenderProof;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The dead-letter topic: to look at, and to put records back into the command topic from. Not thread-safe.
 *
 * <p>A record that was put back carries a mark with the id of the dead-letter topic and the place of the letter. By
 * this mark, found in the command topic itself, a second run knows what the first has done: it needs no bookkeeping of its
 * own that could be lost, and a letter can be chosen by any selection, in any order.
 */
public final class DeadLetterBox {

    private final WorkerSettings settings;
    private final TopicNames topics;
    private final TopicReader reader;
    private final LongSupplier now;

    /** @param now milliseconds since 1970 UTC */
    public DeadLetterBox(WorkerSettings settings, LongSupplier now) {
        this.settings = settings;
        this.now = now;
        this.topics = settings.topics().names();
        this.reader = new TopicReader(settings.kafka()).steppingOver();
    }

    /**
     * What a redrive has done, or would do.
     *
     * @param sent records sent, or to send
     * @param before records that an earlier run has sent
     * @param unsure records that an earlier run may have sent: what it sent then is gone from its topic
     * @param failedAgain records that were sent again once and failed again
     * @param gone records that cannot be sent: only a pointer was kept, and they are gone from where they were, perhaps with their topic
     * @param unproven records whose token no longer proves who sent them
     */
    public record Redriven(long sent, long before, long unsure, long failedAgain, long gone, long unproven) {}

    /**
     * What stands in the topics with commands of earlier runs.
     *
     * @param marks of the records that they have sent
     * @param positions of these records
     * @param gone by topic, the time up to which what they have sent may be gone, in milliseconds since 1970 UTC
     * @param parts what stands in the partitions that they have sent to
     */
    private record Earlier(
            Set<String> marks, Set<InTopic> positions, Map<String, Long> gone, Map<TopicPartition, Offsets> parts) {}

    /**
     * Gives every dead letter that is meant, in the order of each partition.
     *
     * @throws OperatorException if it names one, or a partition, that is not there
     */
    public void read(LetterSelection selection, Progress progress, Consumer<DeadLetter> each) {
        requirePartition(selection.partition());
        Map<TopicPartition, Offsets> parts = offsetsOf(topics.deadLetters(), IsolationLevel.READ_COMMITTED);
        AtomicBoolean found = new AtomicBoolean();
        reader.read(
                parts,
                record -> DeadLetter.read(record).filter(selection::includes).ifPresent(letter -> {
                    found.set(true);
                    each.accept(letter);
                }),
                (done, total) -> progress.at(Step.DEAD_LETTERS, done, total));
        if (selection.position() != null && !found.get()) {
            throw new OperatorException("there is no such dead letter at " + selection.position());
        }
    }

    private void requirePartition(@Nullable TopicPartition partition) {
        if (partition != null) {
            try (Broker broker = new Broker(settings.kafka())) {
                Selection.ofOffsets(Set.of(partition.partition()), 0, Long.MAX_VALUE)
                        .requirePartitionsOf(partition.topic(), broker.partitionsOf(partition.topic()));
            }
        }
    }

    /**
     * What would be sent, found out without sending anything.
     *
     * @throws OperatorException as {@link #redrive}
     */
    public Redriven look(LetterSelection selection, boolean again, Progress progress) {
        return run(selection, again, RecordSender.counting(), progress);
    }

    /**
     * Sends the records of dead letters to the topics that they came from again, byte for byte, each as a command of its own with a new
     * place; those that were sent before are left alone. Killed and begun again, it sends what is left.
     *
     * @param again whether records are meant too that were sent again already and failed again, or that may have been
     * @throws OperatorException if a transaction in these topics stays open, so that marks behind it cannot be read; then nothing is
     *     sent
     */
    public Redriven redrive(LetterSelection selection, boolean again, Pace pace, Progress progress) {
        try (RecordSender sender = RecordSender.of(settings, "redrive", pace)) {
            return run(selection, again, sender, progress);
        }
    }

    private Redriven run(LetterSelection selection, boolean again, RecordSender sender, Progress progress) {
        try (SenderProof proof = new SenderProof(settings, now)) {
            Run run = new Run(earlier(progress), again, proof, sender);
            read(selection, progress, run::take);
            sender.flush();
            return new Redriven(sender.sent(), run.before, run.unsure, run.failedAgain, run.gone, run.unproven);
        }
    }

    private Earlier earlier(Progress progress) {
        Earlier earlier = new Earlier(new HashSet<>(), new HashSet<>(), new HashMap<>(), new HashMap<>());
        try (Broker broker = new Broker(settings.kafka())) {
            for (String topic : topics.taken()) {
                // An earlier run may have sent behind a transaction that is open: then the reader waits for its end.
                Map<TopicPartition, Offsets> ofTopic = broker.offsetsOf(topic, IsolationLevel.READ_UNCOMMITTED);
                earlier.gone.put(
                        topic, gone(ofTopic.values(), broker.retentionOf(topic).orElse(null)));
                earlier.parts.putAll(ofTopic);
            }
        }
        reader.read(
                earlier.parts,
                record -> DeadLetter.markOf(record).ifPresent(mark -> {
                    earlier.marks.add(mark);
                    earlier.positions.add(InTopic.of(record));
                }),
                (done, total) -> progress.at(Step.COMMANDS, done, total));
        return earlier;
    }

    /** What is older than the first record of a topic was sent into an earlier one of this name. */
    private long gone(Collection<Offsets> commands, @Nullable Retention retention) {
        long first = commands.stream()
                .mapToLong(Offsets::firstTime)
                .filter(time -> time != Offsets.ANY_TIME)
                .min()
                .orElse(Long.MAX_VALUE);
        return Math.max(first, Gone.of(commands, retention, Instant.ofEpochMilli(now.getAsLong())));
    }

    private Map<TopicPartition, Offsets> offsetsOf(String topic, IsolationLevel end) {
        return Broker.offsetsOf(settings.kafka(), topic, end);
    }

    /** What stands in a topic; nothing if it was deleted since. */
    private Map<TopicPartition, Offsets> offsetsIfThere(String topic) {
        try (Broker broker = new Broker(settings.kafka())) {
            return broker.has(topic) ? broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED) : Map.of();
        }
    }

    /** One redrive. */
    private final class Run {

        private final String boxId;
        private final Earlier earlier;
        private final boolean again;
        private final SenderProof proof;
        private final RecordSender sender;
        private final Map<String, Map<TopicPartition, Offsets>> pointedTo = new HashMap<>();
        private long before;
        private long unsure;
        private long failedAgain;
        private long gone;
        private long unproven;

        Run(Earlier earlier, boolean again, SenderProof proof, RecordSender sender) {
            this.earlier = earlier;
            this.again = again;
            this.proof = proof;
            this.sender = sender;
            try (Broker broker = new Broker(settings.kafka())) {
                UUID id = broker.idOf(topics.deadLetters());
                this.boxId = id.toString();
            }
        }

        void take(DeadLetter letter) {
            String mark = letter.position().position().in(boxId).toString();
            if (earlier.marks.contains(mark)) {
                before++;
            } else if (!again && mayMarkBeGone(letter)) {
                unsure++;
            } else if (!again && earlier.positions.contains(letter.origin())) {
                failedAgain++;
            } else {
                send(letter, mark);
            }
        }

        /** Where the record itself is gone, whatever the retention is now, what was sent after it may be gone as well. */
        private boolean mayMarkBeGone(DeadLetter letter) {
            InTopic origin = letter.origin();
            Offsets part = earlier.parts.get(new TopicPartition(origin.topic(), origin.partition()));
            return letter.letter().timestamp() < earlier.gone.getOrDefault(topicOf(letter), 0L)
                    || (!letter.isPointer() && part != null && origin.offset() < part.begin());
        }

        private void send(DeadLetter letter, String mark) {
            Optional<ConsumerRecord<byte[], byte[]>> record =
                    letter.isPointer() ? original(letter) : Optional.of(letter.letter());
            if (record.isEmpty()) {
                gone++;
            } else if (!proof.holds(record.get(), topicOf(letter))) {
                unproven++;
            } else {
                sender.send(DeadLetter.redriven(record.get(), topicOf(letter), mark));
            }
        }

        /** The topic that the record came from, so that who wrote it still shows; if that topic takes no commands now, the command topic. */
        private String topicOf(DeadLetter letter) {
            String origin = letter.origin().topic();
            return topics.taken().contains(origin) ? origin : topics.commands();
        }

        /** The record that a pointer points to, if it is still there and the same. */
        private Optional<ConsumerRecord<byte[], byte[]>> original(DeadLetter letter) {
            TopicPartition partition =
                    new TopicPartition(letter.origin().topic(), letter.origin().partition());
            long offset = letter.origin().offset();
            Offsets available = pointedTo
                    .computeIfAbsent(partition.topic(), DeadLetterBox.this::offsetsIfThere)
                    .get(partition);
            if (available == null || !available.contains(offset)) {
                return Optional.empty();
            }
            return reader.recordAt(partition, offset)
                    .filter(record -> record.value() != null && letter.pointsTo(record.value()));
        }
    }
}
