package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.EarlierTopic;
import dev.messagecontact.registration.Request.PublishedAnswer;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The answers that the topics of results and errors hold, by the position of their command: one bit for each added contact. */
public final class PublishedAnswers {

    private static final int MOST_WITHIN_A_SECOND = 50_000;
    private static final PublishedAnswer ADDED = new PublishedAnswer(List.of());
    /** The same, to a repeat of the command that added the contact. */
    private static final PublishedAnswer ADDED_BEFORE = new PublishedAnswer(List.of());

    private final Map<Integer, BitSet> added = new HashMap<>();
    private final Map<Origin, Map<RecordPosition, PublishedAnswer>> others = new EnumMap<>(Origin.class);

    /** By contact, the first answer that told of it: a directory's answers are on one partition, in their order. */
    private final Map<String, String> lately = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_WITHIN_A_SECOND;
        }
    };

    private PublishedAnswers() {}

    /**
     * Reads both topics through, as far as they reach.
     *
     * @throws OperatorException if a transaction stays open for a minute: a worker that was killed leaves one
     */
    public static PublishedAnswers of(WorkerSettings settings) {
        PublishedAnswers answers = new PublishedAnswers();
        TopicNames names = settings.topics().names();
        Map<Origin, EarlierTopic> earlier = new EnumMap<>(Origin.class);
        try (Broker broker = new Broker(settings.kafka())) {
            for (String taken : names.taken()) {
                earlier.put(
                        names.origin(taken),
                        new EarlierTopic(
                                broker.offsetsOf(taken, IsolationLevel.READ_UNCOMMITTED)
                                        .values(),
                                broker.datesRecordsOf(taken)));
            }
        }
        answers.read(settings, names.errors(), earlier, PublishedAnswers::error);
        answers.read(settings, names.results(), earlier, answers::result);
        return answers;
    }

    private void read(
            WorkerSettings settings,
            String topic,
            Map<Origin, EarlierTopic> earlier,
            Function<EventContent, PublishedAnswer> answers) {
        Map<TopicPartition, Offsets> parts;
        try (Broker broker = new Broker(settings.kafka())) {
            // Also what an open transaction still hides: answers that are published may stand behind it.
            parts = broker.offsetsOf(topic, IsolationLevel.READ_UNCOMMITTED);
        }
        EventTopics topics = settings.topics().names().events();
        new TopicReader(settings.kafka())
                .read(
                        parts,
                        record -> {
                            PublishedEvent event = PublishedEvent.read(record, topics);
                            EventContent content = event.content();
                            earlier.forEach((origin, before) -> {
                                if (!before.has(event.time())) {
                                    content.command(origin)
                                            .ifPresent(command -> add(origin, command, answers.apply(content)));
                                }
                            });
                        },
                        done -> {});
    }

    private static PublishedAnswer error(EventContent error) {
        List<String> codes = error.violations().isEmpty() ? List.of(String.valueOf(error.code())) : error.violations();
        return new PublishedAnswer(codes.stream().map(ErrorCode::of).toList());
    }

    private PublishedAnswer result(EventContent result) {
        if (result.status() == null) {
            return result.tellsOfAnEarlierCommand() || !isFirst(result) ? ADDED_BEFORE : ADDED;
        }
        return new PublishedAnswer(
                List.of(),
                ContactStatus.of(result.status()),
                result.channel() == null ? null : Channel.of(result.channel()));
    }

    /** Whether no other command was told shortly before that it has added this contact: dates tell seconds only. */
    private boolean isFirst(EventContent result) {
        String contactId = result.contactId();
        if (contactId == null || result.id() == null) {
            return true;
        }
        String first = lately.putIfAbsent(contactId, result.id());
        return first == null || first.equals(result.id());
    }

    private void add(Origin origin, RecordPosition command, PublishedAnswer answer) {
        if (answer != ADDED) { // not equals: those to repeats are not many
            others.computeIfAbsent(origin, key -> new HashMap<>()).put(command, answer);
        } else if (command.offset() <= Integer.MAX_VALUE) { // more than that in one partition are not held in memory
            added.computeIfAbsent(command.partition(), number -> new BitSet()).set((int) command.offset());
        }
    }

    /** Whether the command at this position was answered as a repeat of another one, which may be on another partition. */
    boolean isRepeat(Origin origin, RecordPosition command) {
        return others.getOrDefault(origin, Map.of()).get(command) == ADDED_BEFORE;
    }

    /** The answer to the command of this origin at this position, or null if its event is no longer there. */
    public @Nullable PublishedAnswer to(Origin origin, RecordPosition command) {
        PublishedAnswer other = others.getOrDefault(origin, Map.of()).get(command);
        if (other != null || origin != Origin.UPSTREAM) {
            return other;
        }
        BitSet results = added.get(command.partition());
        boolean isAdded =
                results != null && command.offset() <= Integer.MAX_VALUE && results.get((int) command.offset());
        return isAdded ? ADDED : null;
    }
}
