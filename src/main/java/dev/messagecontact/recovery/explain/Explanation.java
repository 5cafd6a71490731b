package dev.messagecontact.recovery.explain;

import static java.util.Objects.requireNonNullElse;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.Directories.Question;
import dev.messagecontact.directory.Skip;
import dev.messagecontact.directory.SkippedOffsets;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.explain.CommandLife.Event;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds what became of a command, by reading the topics through once; it keeps in memory only what it finds. It changes
 * nothing. Not thread-safe.
 */
public final class Explanation {

    private static final Pattern CONTACT_ID = Pattern.compile("c-[0-9A-Za-z]{16}");

    private final DSLContext database;
    private final TopicNames topics;
    private final TopicReader reader;
    private final Progress progress;
    private final UUID topicId;
    private final RequestReader requests;
    private final Map<TopicPartition, Offsets> offsets = new HashMap<>();

    /** Prepares with the settings of the workers that answered. */
    public Explanation(WorkerSettings settings, DSLContext database, Progress progress) {
        this.database = database;
        this.progress = progress;
        this.topics = settings.topics().names();
        this.reader = new TopicReader(settings.kafka());
        try (Broker broker = new Broker(settings.kafka())) {
            this.topicId = broker.idOf(topics.commands());
            topics.all().forEach(topic -> offsets.putAll(broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED)));
        }
        this.requests = new RequestReader(
                topicId,
                Origin.UPSTREAM,
                new DecoderLimits(
                        settings.commands().maxBytes(), settings.commands().maxDepth()),
                new ContactRules(settings.contacts().rules()));
    }

    /**
     * The lives of all records of one command, the first one first: those behind it repeat its RequestId.
     *
     * @param what a RequestId, a contact id, or {@code partition:offset} of a record
     * @param directoryId of the command, or null for any
     * @throws OperatorException if there is no record at that place
     */
    public List<CommandLife> of(String what, @Nullable String directoryId) {
        Predicate<Envelope> wanted = wanted(what);
        Map<RecordPosition, ConsumerRecord<byte[], byte[]>> found = new LinkedHashMap<>();
        read(Step.COMMANDS, topics.commands(), record -> {
            Envelope envelope = requests.read(record, Past.SETTLED).envelope();
            if (wanted.test(envelope) && (directoryId == null || directoryId.equals(envelope.directoryId()))) {
                found.put(RecordPosition.of(record), record);
            }
        });
        List<Request> requests = found.values().stream()
                .map(record -> this.requests.read(record, Past.SETTLED))
                .toList();
        return lives(requests, eventsOf(requests));
    }

    private Predicate<Envelope> wanted(String what) {
        Optional<RecordPosition> position = RecordPosition.parse(what);
        if (position.isPresent()) {
            Envelope there = at(position.get());
            return envelope -> envelope.requestId().equals(there.requestId())
                    && String.valueOf(envelope.directoryId()).equals(String.valueOf(there.directoryId()));
        }
        if (CONTACT_ID.matcher(what).matches()) {
            return envelope -> what.equals(contactId(envelope));
        }
        return envelope -> what.equals(envelope.requestId());
    }

    private static @Nullable String contactId(Envelope envelope) {
        String directoryId = envelope.directoryId();
        return directoryId == null ? null : DerivedIds.contactId(directoryId, envelope.requestId());
    }

    private Envelope at(RecordPosition position) {
        TopicPartition part = new TopicPartition(topics.commands(), position.partition());
        long offset = position.offset();
        Offsets available = offsets.get(part);
        List<Envelope> there = new ArrayList<>(1);
        if (available != null && offset >= available.begin() && offset < available.end()) {
            reader.read(
                    Map.of(part, new Offsets(offset, offset + 1, Offsets.ANY_TIME)),
                    record -> there.add(requests.read(record, Past.SETTLED).envelope()),
                    done -> {});
        }
        if (there.isEmpty()) {
            throw new OperatorException("there is no command at " + position);
        }
        return there.get(0);
    }

    private void readEvents(EventKind kind, java.util.function.Consumer<PublishedEvent> each) {
        read(
                stepOf(kind),
                kind.topic(topics.events()),
                record -> each.accept(PublishedEvent.read(record, topics.events())));
    }

    private static Step stepOf(EventKind kind) {
        return switch (kind) {
            case RESULTS, ERRORS -> Step.ANSWERS;
            case EMAIL_VERIFICATIONS, SMS_VERIFICATIONS -> Step.VERIFICATIONS;
            case DEAD_LETTERS -> Step.DEAD_LETTERS;
        };
    }

    private void read(Step step, String topic, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Offsets> parts = new HashMap<>(offsets);
        parts.keySet().removeIf(part -> !part.topic().equals(topic));
        long total = parts.values().stream().mapToLong(Offsets::size).sum();
        reader.read(parts, each, done -> progress.at(step, done, total));
    }

    /** The events published for a command, by the position of its record. */
    private Map<RecordPosition, List<Event>> eventsOf(List<Request> requests) {
        Map<RecordPosition, List<Event>> events = new HashMap<>();
        Map<String, RecordPosition> firstOfContact = new HashMap<>();
        for (Request request : requests) {
            RecordPosition position = request.position().position();
            events.put(position, new ArrayList<>());
            String contactId = contactId(request.envelope());
            if (contactId != null) {
                firstOfContact.putIfAbsent(contactId, position);
            }
        }
        for (EventKind kind : EventKind.values()) {
            readEvents(kind, event -> note(events, commandOf(event, firstOfContact), event));
        }
        return events;
    }

    private static Optional<RecordPosition> commandOf(
            PublishedEvent event, Map<String, RecordPosition> firstOfContact) {
        return switch (event.kind()) {
            case RESULTS, ERRORS -> event.content().command();
            case EMAIL_VERIFICATIONS, SMS_VERIFICATIONS ->
                Optional.ofNullable(event.content().contactId()).map(firstOfContact::get);
            case DEAD_LETTERS ->
                event.deadLetter().map(letter -> letter.origin().position());
        };
    }

    private static void note(
            Map<RecordPosition, List<Event>> events, Optional<RecordPosition> command, PublishedEvent event) {
        command.map(events::get)
                .ifPresent(ofCommand -> ofCommand.add(new Event(
                        event.position(),
                        event.kind() == EventKind.DEAD_LETTERS
                                ? "dead letter"
                                : requireNonNullElse(event.type(), "unknown"),
                        event.record().timestamp(),
                        event.isReplayed())));
    }

    private List<CommandLife> lives(List<Request> requests, Map<RecordPosition, List<Event>> events) {
        Map<Integer, List<Skip>> skips = SkippedOffsets.of(database, topicId);
        List<CommandLife> lives = new ArrayList<>();
        for (Request request : requests) {
            Skip skip = skipOf(request.position().position(), skips);
            Contact contact = request.content();
            Snapshot known = new Directories(database)
                    .load(
                            new Question(
                                    contact == null ? List.of() : List.of(contact),
                                    request.change() == null ? List.of() : List.of(request.change())),
                            List.of(request.position()));
            Decision decision = Decision.recalled(List.of(request), known);
            List<Event> its = events.getOrDefault(request.position().position(), List.of());
            lives.add(new CommandLife(
                    request,
                    decision.answers().isEmpty()
                            ? null
                            : code(decision.answers().get(0)),
                    decision.answers().isEmpty()
                            ? undecided(skip)
                            : why(decision.answers().get(0), contact, known),
                    skip,
                    its.stream()
                            .sorted(Comparator.comparingLong(Event::timestamp))
                            .toList()));
        }
        return lives;
    }

    private static @Nullable Skip skipOf(RecordPosition position, Map<Integer, List<Skip>> skips) {
        return skips.getOrDefault(position.partition(), List.of()).stream()
                .filter(skip -> skip.covers(position.offset()))
                .findFirst()
                .orElse(null);
    }

    private static String undecided(@Nullable Skip skip) {
        return skip == null
                ? "it is not decided yet, or the decision is no longer in the database"
                : "an operator led the group past it";
    }

    private static String code(Answer answer) {
        return answer.outcome()
                .match(
                        added -> "Added",
                        changed -> changed.kind().label(),
                        rejected -> rejected.code().code());
    }

    private static String why(Answer answer, @Nullable Contact contact, Snapshot known) {
        StoredContact stored = contact == null ? null : known.contacts().get(contact.contactId());
        if (answer.kind() == Kind.DUPLICATE && stored != null) {
            return "it repeats the command at %s, with the same content: the same answer".formatted(stored.source());
        }
        if (answer.kind() == Kind.DUPLICATE) {
            return "it repeats an earlier command that was rejected, with the same content: the same answer";
        }
        return answer.outcome()
                .match(
                        added -> "it made the contact " + added.contact().contactId(),
                        changed -> "it changed the contact " + changed.contactId(),
                        rejected -> rejected.codes().stream()
                                .map(code -> code.code() + ": " + code.message())
                                .reduce((first, next) -> first + "; " + next)
                                .orElseThrow());
    }
}
