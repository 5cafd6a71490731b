package dev.messagecontact.recovery.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.recovery.RecoveryProgress;
import dev.messagecontact.recovery.explain.CommandLife.Event;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds what became of a command, by reading the topics through once; it keeps in memory only what it finds. It changes
 * nothing. Not thread-safe.
 */
public final class Explanation {

    private static final Duration PATIENCE_WITH_TOPICS = Duration.ofSeconds(60);
    private static final Pattern PLACE = Pattern.compile("([0-9]{1,9}):([0-9]{1,18})");
    private static final Pattern CONTACT_ID = Pattern.compile("c-[0-9A-Za-z]{16}");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final DSLContext database;
    private final TopicNames topics;
    private final TopicReader reader;
    private final RecoveryProgress progress;
    private final UUID topicId;
    private final RequestReader requests;
    private final Map<TopicPartition, Offsets> offsets = new HashMap<>();

    /** Prepares with the settings of the workers that answered. */
    public Explanation(WorkerSettings settings, DSLContext database, RecoveryProgress progress) {
        this.database = database;
        this.progress = progress;
        this.topics = settings.topics().names();
        this.reader = new TopicReader(settings.kafka(), PATIENCE_WITH_TOPICS);
        try (Broker broker = new Broker(settings.kafka())) {
            this.topicId = broker.idOf(topics.commands());
            topics.all().forEach(topic -> offsets.putAll(broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED)));
        }
        this.requests = new RequestReader(
                topicId,
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
        Map<String, ConsumerRecord<byte[], byte[]>> found = new LinkedHashMap<>();
        read(topics.commands(), record -> {
            Envelope envelope = requests.read(record, Past.SETTLED).envelope();
            if (wanted.test(envelope) && (directoryId == null || directoryId.equals(envelope.directoryId()))) {
                found.put(place(record.partition(), record.offset()), record);
            }
        });
        List<Request> requests = found.values().stream()
                .map(record -> this.requests.read(record, Past.SETTLED))
                .toList();
        return lives(requests, eventsOf(requests));
    }

    private Predicate<Envelope> wanted(String what) {
        Matcher place = PLACE.matcher(what);
        if (place.matches()) {
            Envelope there = at(Integer.parseInt(place.group(1)), Long.parseLong(place.group(2)));
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

    private Envelope at(int partition, long offset) {
        TopicPartition part = new TopicPartition(topics.commands(), partition);
        Offsets available = offsets.get(part);
        List<Envelope> there = new ArrayList<>(1);
        if (available != null && offset >= available.begin() && offset < available.end()) {
            reader.read(
                    Map.of(part, new Offsets(offset, offset + 1, Offsets.ANY_TIME)),
                    record -> there.add(requests.read(record, Past.SETTLED).envelope()),
                    done -> {});
        }
        if (there.isEmpty()) {
            throw new OperatorException("there is no command at %d:%d".formatted(partition, offset));
        }
        return there.get(0);
    }

    private void read(String topic, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Offsets> parts = new HashMap<>(offsets);
        parts.keySet().removeIf(part -> !part.topic().equals(topic));
        long total = parts.values().stream().mapToLong(Offsets::size).sum();
        reader.read(parts, each, done -> progress.at(done, total));
    }

    /** By place of the command record, what was published for it. */
    private Map<String, List<Event>> eventsOf(List<Request> requests) {
        Map<String, List<Event>> events = new HashMap<>();
        Map<String, String> firstOfContact = new HashMap<>();
        for (Request request : requests) {
            String place =
                    place(request.position().partition(), request.position().offset());
            events.put(place, new ArrayList<>());
            String contactId = contactId(request.envelope());
            if (contactId != null) {
                firstOfContact.putIfAbsent(contactId, place);
            }
        }
        for (String answers : List.of(topics.results(), topics.errors())) {
            read(answers, event -> note(events, placeInId(header(event, "ce_id")), event));
        }
        for (String verifications : List.of(topics.emailVerifications(), topics.smsVerifications())) {
            read(verifications, event -> note(events, firstOfContact.get(contactIdIn(event)), event));
        }
        read(
                topics.deadLetters(),
                letter -> note(events, header(letter, "dl-partition") + ":" + header(letter, "dl-offset"), letter));
        return events;
    }

    private static void note(
            Map<String, List<Event>> events, @Nullable String place, ConsumerRecord<byte[], byte[]> event) {
        List<Event> ofPlace = place == null ? null : events.get(place);
        if (ofPlace != null) {
            String type = header(event, "ce_type");
            ofPlace.add(new Event(
                    event.topic(),
                    event.partition(),
                    event.offset(),
                    type.isEmpty() ? "dead letter" : type,
                    event.timestamp(),
                    event.headers().lastHeader("ce_replayed") != null));
        }
    }

    /** An answer's id ends with the place of its command. */
    private static String placeInId(String id) {
        int offset = id.lastIndexOf('.');
        int partition = id.lastIndexOf('.', offset - 1);
        return id.substring(partition + 1).replace('.', ':');
    }

    private static String contactIdIn(ConsumerRecord<byte[], byte[]> verification) {
        return JSON.readTree(verification.value()).path("ContactId").asString();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    private static String place(int partition, long offset) {
        return partition + ":" + offset;
    }

    private List<CommandLife> lives(List<Request> requests, Map<String, List<Event>> events) {
        List<CommandLife> lives = new ArrayList<>();
        for (Request request : requests) {
            Contact contact = request.content();
            Snapshot known = new Directories(database)
                    .load(contact == null ? List.of() : List.of(contact), List.of(request.position()));
            Decision decision = Decision.recalled(List.of(request), known);
            List<Event> its = events.getOrDefault(
                    place(request.position().partition(), request.position().offset()), List.of());
            lives.add(new CommandLife(
                    request,
                    decision.answers().isEmpty()
                            ? null
                            : code(decision.answers().get(0)),
                    decision.answers().isEmpty()
                            ? "it is not decided yet, or the decision is no longer in the database"
                            : why(decision.answers().get(0), contact, known),
                    its.stream()
                            .sorted(Comparator.comparingLong(Event::timestamp))
                            .toList()));
        }
        return lives;
    }

    private static String code(Answer answer) {
        return answer.outcome()
                .match(added -> "Added", rejected -> rejected.code().code());
    }

    private static String why(Answer answer, @Nullable Contact contact, Snapshot known) {
        StoredContact stored = contact == null ? null : known.contacts().get(contact.contactId());
        if (answer.kind() == Kind.DUPLICATE && stored != null) {
            return "it repeats the command at %s, with the same content: the same answer"
                    .formatted(
                            place(stored.source().partition(), stored.source().offset()));
        }
        if (answer.kind() == Kind.DUPLICATE) {
            return "it repeats an earlier command that was rejected, with the same content: the same answer";
        }
        return answer.outcome()
                .match(
                        added -> "it made the contact " + added.contact().contactId(),
                        rejected -> rejected.codes().stream()
                                .map(code -> code.code() + ": " + code.message())
                                .reduce((first, next) -> first + "; " + next)
                                .orElseThrow());
    }
}
