package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.Origin;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.receipts.SkippedOffsets;
import dev.messagecontact.recovery.CommandReaders;
import dev.messagecontact.recovery.EarlierTopic;
import dev.messagecontact.recovery.Gone;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/**
 * Holds command topic, event topics and database against each other: every command has its one answer, and what is stored
 * and published is what follows from the command records, byte for byte. It changes nothing and may run beside workers:
 * what came into the topic after it started is left out.
 *
 * <p>It needs {@value Sheet#BYTES_PER_SLOT} bytes of memory for each offset in range and {@value Sheet#BYTES_PER_CONTACT}
 * more for each contact, some 50 MB for a million commands, and besides that less than 100 MB and {@value Resends#BYTES_PER_RESEND} for each
 * verification that was asked for again.
 *
 * <p>It cannot find out whether a name was really used or a directory really full when a command was rejected for it, and
 * events that were deleted, which it names. The field rules are those set now: after a change of settings, commands that
 * were answered before can look wrong. A contact that somebody
 * has taken out of the database by hand looks lost; one that a command has deleted leaves a row behind.
 */
public final class Audit {

    private final WorkerSettings settings;
    private final TopicNames topics;
    private final DSLContext database;
    private final Duration wait;
    private final int listedPerKind;
    private final Progress progress;

    /**
     * @param settings of the workers whose answers are looked at
     * @param wait how long to wait for them to answer what is in range
     * @param listedPerKind how many holes of each kind are listed; the others are counted
     */
    public Audit(WorkerSettings settings, DSLContext database, Duration wait, int listedPerKind, Progress progress) {
        this.settings = settings;
        this.topics = settings.topics().names();
        this.database = database;
        this.wait = wait;
        this.listedPerKind = listedPerKind;
        this.progress = progress;
    }

    /**
     * Looks at the commands in a range; of all there are, also at the verification outcomes.
     *
     * @throws OperatorException if it cannot be done; so do {@link org.apache.kafka.common.KafkaException} and
     *     {@link org.jooq.exception.DataAccessException}
     */
    public AuditReport of(Selection range) {
        return of(Origin.UPSTREAM, range, false);
    }

    /**
     * The same.
     *
     * @param origin which of the two topics that commands are taken from; of the senders', only that one is looked at
     * @param range names offsets only
     * @param replaysCount whether what was published only by a replay counts, because a topic was lost and replayed
     */
    public AuditReport of(Origin origin, Selection range, boolean replaysCount) {
        if (!range.namesOffsetsOnly()) {
            throw new IllegalArgumentException("an audit checks whole ranges of offsets");
        }
        try (Broker broker = new Broker(settings.kafka())) {
            Findings findings = new Findings(listedPerKind);
            List<Part> ranges = new Run(broker, origin, range, replaysCount, findings).look();
            if (origin == Origin.SENDERS) {
                findings.notChecked("the commands; an audit without --outcomes checks them");
            } else if (range.equals(Selection.ALL)) {
                new Run(broker, Origin.SENDERS, range, replaysCount, findings).look();
            } else {
                findings.notChecked("the verification outcomes; --outcomes checks them");
            }
            return findings.report(ranges);
        }
    }

    /**
     * The audit of one command topic. {@link RowCheck} and {@link AnswerCheck} note on the sheet what is stored and published.
     * {@link CommandCheck} then reads the commands, compares both with what each must have, and notes what else must come.
     * {@link VerificationCheck} and {@link DeadLetterCheck} tick that off, and {@link Leftovers} finds what did not come.
     */
    private final class Run {

        private final Broker broker;
        private final Origin origin;
        private final String topic;
        private final boolean replaysCount;
        private final UUID topicId;
        private final Map<TopicPartition, Offsets> commands;
        private final Scope scope;
        private final Findings findings;
        private final AuditedTopic audited;
        private final Instant started = Instant.now();
        private final TopicReader reader = new TopicReader(settings.kafka());
        private final Unreadable unreadable = new Unreadable();
        private final RowLookup lookup = new RowLookup(database);

        Run(Broker broker, Origin origin, Selection range, boolean replaysCount, Findings findings) {
            this.broker = broker;
            this.origin = origin;
            this.topic = topics.taken(origin);
            this.replaysCount = replaysCount;
            this.findings = findings;
            this.topicId = broker.idOf(topic);
            int partitions = broker.partitionsOf(topic);
            range.requirePartitionsOf(topic, partitions);
            // What is in range ends here, before anything else is looked at.
            Set<TopicPartition> answering = broker.answering(topic);
            this.commands = broker.offsetsOf(
                    topic,
                    IsolationLevel.READ_COMMITTED,
                    id -> range.includes(id.partition()) || answering.contains(id));
            this.scope = new Scope(topic, range, commands, partitions);
            this.audited = new AuditedTopic(
                    scope,
                    Sheet.within(Runtime.getRuntime().maxMemory(), scope.size()),
                    findings,
                    new OutcomeEvents(topics.events(), ""),
                    EarlierTopic.of(settings.kafka(), broker, topic, commands));
        }

        /** @return what was looked at */
        List<Part> look() {
            awaitAnswers();
            // Published by now is all that belongs to the range, but the last of it may not be committed everywhere:
            // so the ends are those of all records, and reading up to them waits for their transactions.
            Map<TopicPartition, Offsets> results = offsetsOf(topics.results());
            Map<TopicPartition, Offsets> errors = offsetsOf(topics.errors());
            Map<TopicPartition, Offsets> emails = offsetsOf(topics.emailVerifications());
            Map<TopicPartition, Offsets> sms = offsetsOf(topics.smsVerifications());
            Map<TopicPartition, Offsets> letters = offsetsOf(topics.deadLetters());
            Gone gone = new Gone(
                    Math.max(gone(topics.results(), results), gone(topics.errors(), errors)),
                    Math.max(gone(topics.emailVerifications(), emails), gone(topics.smsVerifications(), sms)),
                    gone(topics.deadLetters(), letters));
            noteDeletedCommands();
            if (origin == Origin.UPSTREAM) {
                readRows();
            }
            readAnswers(joined(results, errors));
            Resends resends = new Resends(audited, gone);
            VerificationCheck verifications = new VerificationCheck(audited, resends, lookup, gone, replaysCount);
            Pointers pointers = new Pointers(new OutcomeEvents(topics.events(), "", () -> 0), audited.sheet());
            DeadLetterCheck deadLetters = new DeadLetterCheck(audited, topics.taken(), pointers, gone);
            readCommands(gone, verifications, resends, deadLetters);
            if (origin == Origin.UPSTREAM) {
                readVerifications(verifications, joined(emails, sms));
            }
            readDeadLetters(deadLetters, letters);
            if (origin == Origin.UPSTREAM) {
                unreadable.inWords().forEach(findings::notChecked);
            }
            new Leftovers(audited).find();
            findings.notChecked(
                    audited.earlier().events(),
                    "events are older than the first command: of an earlier topic of this name, or of deleted commands");
            return scope.ranges();
        }

        private void awaitAnswers() {
            new GroupWait(broker, settings.groupId())
                    .await(scope.offsets(), wait, left -> progress.at(Step.WAIT, scope.size() - left, scope.size()));
        }

        private Map<TopicPartition, Offsets> offsetsOf(String name) {
            return broker.offsetsOf(name, IsolationLevel.READ_UNCOMMITTED);
        }

        private static Map<TopicPartition, Offsets> joined(
                Map<TopicPartition, Offsets> some, Map<TopicPartition, Offsets> others) {
            Map<TopicPartition, Offsets> all = new HashMap<>(some);
            all.putAll(others);
            return all;
        }

        /** The time up to which events of this topic may have been deleted; notes what is. */
        private long gone(String name, Map<TopicPartition, Offsets> parts) {
            noteDeleted("events", parts);
            long gone = Gone.of(parts.values(), broker.retentionOf(name).orElse(null), started);
            return gone == Gone.NOTHING ? Gone.NOTHING : Math.max(gone, first(parts.values()));
        }

        /** The first event that is left shows since when events were kept; the retention may have been shorter until today. */
        private static long first(Collection<Offsets> parts) {
            return parts.stream()
                    .mapToLong(Offsets::firstTime)
                    .filter(time -> time != Offsets.ANY_TIME)
                    .min()
                    .orElse(Gone.NOTHING);
        }

        private void noteDeletedCommands() {
            if (broker.compacts(topic)) {
                findings.unproven("%s: commands may have been compacted away (cleanup.policy)".formatted(topic));
            }
            noteDeleted("commands", commands);
        }

        private void noteDeleted(String what, Map<TopicPartition, Offsets> parts) {
            parts.forEach((partition, offsets) -> {
                if (offsets.begin() > 0) {
                    findings.notChecked(
                            "%s: the %s before offset %d are deleted".formatted(partition, what, offsets.begin()));
                }
            });
        }

        private void readRows() {
            RowCheck check = new RowCheck(audited, row -> progress.at(Step.ROWS, row, -1));
            new StoredRows(database, topicId).read(check);
            check.end();
        }

        private void readAnswers(Map<TopicPartition, Offsets> answers) {
            AnswerCheck check = new AnswerCheck(origin, audited);
            readEvents(Step.ANSWERS, answers, check::take);
            if (replaysCount) {
                audited.sheet().countReplays();
            }
            audited.sheet().prepareIndex();
        }

        private void readCommands(
                Gone gone, VerificationCheck verifications, Resends resends, DeadLetterCheck deadLetters) {
            WrongRefusals refusals = new WrongRefusals(audited, topicId);
            AnswerComparison answers =
                    new AnswerComparison(audited, gone, SkippedOffsets.of(database, topicId), refusals);
            CommandCheck check = new CommandCheck(
                    audited,
                    CommandReaders.of(settings, topic, topicId),
                    new AdditionCheck(audited, lookup, answers, verifications, deadLetters),
                    new ActionCheck(audited, database, answers, resends, deadLetters),
                    answers,
                    deadLetters,
                    refusals);
            read(reader, Step.COMMANDS, scope.offsets(), check::take);
            check.end();
        }

        private void readVerifications(VerificationCheck check, Map<TopicPartition, Offsets> requests) {
            readEvents(Step.VERIFICATIONS, requests, check::take);
            check.end();
        }

        private void readDeadLetters(DeadLetterCheck check, Map<TopicPartition, Offsets> letters) {
            readEvents(Step.DEAD_LETTERS, letters, check::take);
            check.end();
        }

        private void readEvents(Step step, Map<TopicPartition, Offsets> parts, Consumer<PublishedEvent> each) {
            read(
                    reader.steppingOver(unreadable::add),
                    step,
                    parts,
                    record -> each.accept(PublishedEvent.read(record, topics.events())));
        }

        private void read(
                TopicReader from,
                Step step,
                Map<TopicPartition, Offsets> parts,
                Consumer<ConsumerRecord<byte[], byte[]>> each) {
            from.read(parts, each, (done, total) -> progress.at(step, done, total));
        }
    }
}
