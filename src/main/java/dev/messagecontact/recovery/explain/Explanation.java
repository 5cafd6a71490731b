package dev.messagecontact.recovery.explain;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.DeadLetter;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.receipts.Skip;
import dev.messagecontact.receipts.SkippedOffsets;
import dev.messagecontact.recovery.CommandReaders;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.Selection;
import dev.messagecontact.recovery.explain.CommandLife.Event;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
    private final Map<String, RequestReader> readers = new HashMap<>();
    private final Map<TopicPartition, Offsets> offsets = new HashMap<>();

    /** @param settings of the workers that answered */
    public Explanation(WorkerSettings settings, DSLContext database, Progress progress) {
        this.database = database;
        this.progress = progress;
        this.topics = settings.topics().names();
        this.reader = new TopicReader(settings.kafka()).steppingOver();
        try (Broker broker = new Broker(settings.kafka())) {
            topics.all().forEach(topic -> offsets.putAll(broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED)));
            topics.taken().forEach(topic -> readers.put(topic, CommandReaders.of(settings, topic, broker.idOf(topic))));
        }
    }

    private Request request(ConsumerRecord<byte[], byte[]> record) {
        return requireNonNull(readers.get(record.topic())).read(record, Past.SETTLED);
    }

    /**
     * The lives of all records of one command, the first one first: those behind it repeat its RequestId. Of a contact, the
     * lives of all commands that made it or are about it.
     *
     * @param name a RequestId, a contact id, or {@code partition:offset} of a record in the command topic
     * @param by which of these it may be
     * @param directoryId of the command, or null for any
     */
    public Explained of(String name, Set<NamedBy> by, @Nullable String directoryId) {
        Map<NamedBy, List<Request>> found = found(name, by, directoryId);
        found.values().removeIf(List::isEmpty);
        List<Request> told = found.values().stream().findFirst().orElse(List.of());
        found.values().removeIf(told::containsAll);
        return new Explained(lives(told, eventsOf(told)), found.keySet());
    }

    private Map<NamedBy, List<Request>> found(String name, Set<NamedBy> by, @Nullable String directoryId) {
        Map<NamedBy, List<Request>> found = new EnumMap<>(NamedBy.class);
        Map<NamedBy, Predicate<Request>> wanted = new EnumMap<>(NamedBy.class);
        for (NamedBy each : by) {
            found.put(each, new ArrayList<>());
            wanted.put(each, wanted(name, each));
        }
        for (String topic : topics.taken()) {
            read(Step.COMMANDS, topic, record -> {
                Request request = request(record);
                if (directoryId == null || directoryId.equals(request.envelope().directoryId())) {
                    found.forEach((each, requests) -> {
                        if (requireNonNull(wanted.get(each)).test(request)) {
                            requests.add(request);
                        }
                    });
                }
            });
        }
        return found;
    }

    private Predicate<Request> wanted(String name, NamedBy by) {
        return switch (by) {
            case REQUEST_ID -> request -> name.equals(request.envelope().requestId());
            case CONTACT_ID ->
                CONTACT_ID.matcher(name).matches() ? request -> name.equals(contactId(request)) : request -> false;
            case POSITION ->
                RecordPosition.parse(name)
                        .flatMap(this::at)
                        .map(Explanation::repeatsOf)
                        .orElse(request -> false);
        };
    }

    private static Predicate<Request> repeatsOf(Envelope first) {
        return request -> request.envelope().requestId().equals(first.requestId())
                && String.valueOf(request.envelope().directoryId()).equals(String.valueOf(first.directoryId()));
    }

    /** The id of the contact that a command makes or is about. */
    private static @Nullable String contactId(Request request) {
        ContactAction action = request.contactAction();
        return action == null ? contactId(request.envelope()) : action.contactId();
    }

    private static @Nullable String contactId(Envelope envelope) {
        String directoryId = envelope.directoryId();
        return directoryId == null ? null : DerivedIds.contactId(directoryId, envelope.requestId());
    }

    private Optional<Envelope> at(RecordPosition position) {
        TopicPartition part = new TopicPartition(topics.commands(), position.partition());
        long offset = position.offset();
        Offsets available = offsets.get(part);
        boolean isThere = available != null && available.contains(offset);
        return (isThere ? reader.recordAt(part, offset) : Optional.<ConsumerRecord<byte[], byte[]>>empty())
                .map(record -> request(record).envelope());
    }

    private void readEvents(EventKind kind, Consumer<PublishedEvent> each) {
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

    private void read(Step step, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Offsets> parts = new HashMap<>(offsets);
        parts.keySet().removeIf(part -> !part.topic().equals(topic));
        reader.read(parts, each, (done, total) -> progress.at(step, done, total));
    }

    /** The events published for a command, by the place of its record. */
    private Map<InTopic, List<Event>> eventsOf(List<Request> requests) {
        Map<InTopic, List<Event>> events = new HashMap<>();
        Map<Asked, InTopic> firstToAsk = new HashMap<>();
        for (Request request : requests) {
            InTopic place = placeOf(request);
            events.put(place, new ArrayList<>());
            firstToAsk.putIfAbsent(
                    new Asked(contactId(request), request.envelope().requestId()), place);
        }
        for (EventKind kind : EventKind.values()) {
            readEvents(kind, event -> note(events, commandOf(event, firstToAsk), event));
        }
        return events;
    }

    /** Names a request to verify a contact: the command that made it, or asked for it again, has this request id. */
    private record Asked(
            @Nullable String contactId, @Nullable String requestId) {}

    private static InTopic placeOf(Request request) {
        return InTopic.of(request.envelope().record());
    }

    private Optional<InTopic> commandOf(PublishedEvent event, Map<Asked, InTopic> firstToAsk) {
        EventContent content = event.content();
        return switch (event.kind()) {
            case RESULTS, ERRORS ->
                topics.taken().stream()
                        .flatMap(topic -> content.command(topics.origin(topic)).map(at -> at.in(topic)).stream())
                        .findFirst();
            case EMAIL_VERIFICATIONS, SMS_VERIFICATIONS ->
                Optional.ofNullable(firstToAsk.get(new Asked(content.contactId(), content.requestId())));
            case DEAD_LETTERS -> event.deadLetter().map(DeadLetter::origin);
        };
    }

    private static void note(Map<InTopic, List<Event>> events, Optional<InTopic> command, PublishedEvent event) {
        command.map(events::get)
                .ifPresent(ofCommand -> ofCommand.add(new Event(
                        event.position(),
                        event.kind() == EventKind.DEAD_LETTERS
                                ? "dead letter"
                                : requireNonNullElse(event.type(), "unknown"),
                        event.record().timestamp(),
                        event.isReplayed())));
    }

    private List<CommandLife> lives(List<Request> requests, Map<InTopic, List<Event>> events) {
        Map<String, Map<Integer, List<Skip>>> skips = new HashMap<>();
        readers.forEach((topic, reader) -> skips.put(topic, SkippedOffsets.of(database, reader.topicId())));
        List<CommandLife> lives = new ArrayList<>();
        for (Request request : requests) {
            InTopic place = placeOf(request);
            Skip skip = SkippedOffsets.covering(
                            skips.getOrDefault(place.topic(), Map.of()), place.partition(), place.offset())
                    .orElse(null);
            Contact contact = request.contactAsSent();
            Snapshot known =
                    new Directories(database).load(Request.questionOf(List.of(request)), List.of(request.position()));
            Decision decision = Decision.recalled(List.of(request), known);
            Optional<Answer> answer = decision.answers().stream()
                    // What it would have been answered follows from other commands, or from itself.
                    .filter(each -> skip == null || each.kind() == Kind.RECOVERED)
                    .findFirst();
            List<Event> its = events.getOrDefault(place, List.of());
            lives.add(new CommandLife(
                    request,
                    answer.map(Selection::codeOf).orElse(null),
                    answer.map(each -> why(each, contact, known)).orElseGet(() -> undecided(skip)),
                    skip,
                    its.stream()
                            .sorted(Comparator.comparingLong(Event::timestamp))
                            .toList()));
        }
        return lives;
    }

    private static String undecided(@Nullable Skip skip) {
        return skip == null
                ? "it is not decided yet, or the decision is no longer in the database"
                : "an operator led the group past it";
    }

    private static String why(Changed changed) {
        return switch (changed.kind()) {
            case ADDED -> "it made the contact " + changed.contactId();
            case VERIFICATION_SENT ->
                "the contact %s was asked again to verify (%s)".formatted(changed.contactId(), changed.channel());
            case VERIFIED -> "the contact %s is verified (%s)".formatted(changed.contactId(), changed.channel());
            case DELETED -> "it deleted the contact " + changed.contactId();
        };
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
                        Explanation::why,
                        rejected -> rejected.codes().stream()
                                .map(code -> code.code() + ": " + code.message())
                                .reduce((first, next) -> first + "; " + next)
                                .orElseThrow());
    }
}
