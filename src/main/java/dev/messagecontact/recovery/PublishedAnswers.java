package dev.messagecontact.recovery;

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
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.registration.PublishedAnswer;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The answers that the topics of results and errors hold to some commands. Equal answers are one object, and each position
 * takes {@value #MOST_BYTES_PER_OFFSET} bytes at most: the number of its answer, and when its command was written.
 */
public final class PublishedAnswers {

    private static final int MOST_WITHIN_A_SECOND = 50_000;
    private static final int MOST_BYTES_PER_OFFSET = 1 + TimedAnswers.BYTES_PER_OFFSET;
    /** What the tools take besides: buffers of the clients, a batch of commands and of rows. */
    private static final long BESIDES = 64L << 20;

    private static final Known ADDED = new Known(new PublishedAnswer(List.of()), false);
    private static final Known ADDED_BEFORE = new Known(new PublishedAnswer(List.of()), true);

    private final TopicNames names;
    private final Map<TopicPartition, List<Span>> wanted;
    private final Map<TopicPartition, TimedAnswers> numbers = new HashMap<>();
    /** The different answers, by their numbers, counted from 1. */
    private final List<Known> answers = new ArrayList<>();

    private final Map<Known, Integer> numberOf = new HashMap<>();

    /** The first answer that told of a contact, by contact: a directory's answers are on one partition, in their order. */
    private final Map<String, String> lately = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_WITHIN_A_SECOND;
        }
    };

    /**
     * An answer that is published.
     *
     * @param isRepeat whether it went to a repeat of the command that added the contact
     */
    record Known(PublishedAnswer answer, boolean isRepeat) {}

    /**
     * Prepares for the answers to these commands.
     *
     * @param heap the most memory that this JVM may use, in bytes
     * @throws OperatorException if they might not fit into it
     */
    PublishedAnswers(TopicNames names, Map<TopicPartition, List<Span>> wanted, long heap) {
        this.names = names;
        this.wanted = wanted;
        Map<TopicPartition, Span> parts = new HashMap<>();
        wanted.forEach((partition, spans) -> parts.put(
                partition,
                new Span(spans.get(0).from(), spans.get(spans.size() - 1).to())));
        requireRoom(parts.values(), heap);
        parts.forEach((partition, part) -> numbers.put(partition, new TimedAnswers(part)));
    }

    private static void requireRoom(Collection<Span> parts, long heap) {
        long offsets = Span.totalSize(parts);
        long needed = offsets * MOST_BYTES_PER_OFFSET + BESIDES;
        if (needed > heap) {
            throw new OperatorException(
                    "the answers to %,d commands may take %,d MB of memory, and this Java has %,d: give it more (-Xmx)"
                            .formatted(offsets, needed >> 20, heap >> 20));
        }
        if (parts.stream().anyMatch(part -> part.size() > AnswerNumbers.MOST)) {
            throw new OperatorException(
                    "more than %,d commands of one partition are missing, which is more than can be held"
                            .formatted(AnswerNumbers.MOST));
        }
    }

    /**
     * Reads both topics through, as far as they reach, for the answers to these commands.
     *
     * @param wanted by partition, the offsets of the commands, in their order
     * @throws OperatorException if they might not fit into the memory, or a transaction stays open for a minute: a worker that
     *     was killed leaves one
     */
    public static PublishedAnswers of(WorkerSettings settings, Map<TopicPartition, List<Span>> wanted) {
        return of(settings, wanted, new TopicReader(settings.kafka()));
    }

    /**
     * The same.
     *
     * @param reader may step over what cannot be read: commands that were answered there have no answer here
     */
    public static PublishedAnswers of(
            WorkerSettings settings, Map<TopicPartition, List<Span>> wanted, TopicReader reader) {
        TopicNames names = settings.topics().names();
        PublishedAnswers answers =
                new PublishedAnswers(names, wanted, Runtime.getRuntime().maxMemory());
        Map<Origin, EarlierTopic> earlier = new EnumMap<>(Origin.class);
        try (Broker broker = new Broker(settings.kafka())) {
            for (String taken : names.taken()) {
                Map<TopicPartition, Offsets> commands = broker.offsetsOf(taken, IsolationLevel.READ_COMMITTED);
                earlier.put(names.origin(taken), EarlierTopic.of(settings.kafka(), broker, taken, commands));
            }
        }
        answers.read(settings, reader, names.errors(), earlier, PublishedAnswers::error);
        answers.read(settings, reader, names.results(), earlier, answers::result);
        return answers;
    }

    private void read(
            WorkerSettings settings,
            TopicReader reader,
            String topic,
            Map<Origin, EarlierTopic> earlier,
            Function<EventContent, Known> answerIn) {
        // Also what an open transaction still hides: answers that are published may stand behind it.
        Map<TopicPartition, Offsets> parts = Broker.offsetsOf(settings.kafka(), topic, IsolationLevel.READ_UNCOMMITTED);
        EventTopics topics = settings.topics().names().events();
        reader.read(parts, record -> {
            EventContent content = PublishedEvent.read(record, topics).content();
            long time = content.commandTimestamp();
            earlier.forEach((origin, before) -> {
                if (!before.countsOut(time)) {
                    content.command(origin).ifPresent(command -> add(origin, command, time, answerIn.apply(content)));
                }
            });
        });
    }

    private static Known error(EventContent error) {
        List<String> codes = error.violations().isEmpty() ? List.of(String.valueOf(error.code())) : error.violations();
        return new Known(new PublishedAnswer(codes.stream().map(ErrorCode::of).toList()), false);
    }

    private Known result(EventContent result) {
        if (result.status() == null) {
            return result.tellsOfAnEarlierCommand() || !isFirst(result) ? ADDED_BEFORE : ADDED;
        }
        return new Known(
                new PublishedAnswer(
                        List.of(),
                        ContactStatus.of(result.status()),
                        result.channel() == null ? null : Channel.of(result.channel())),
                false);
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

    /** @param time of the command, in milliseconds since 1970 UTC */
    void add(Origin origin, RecordPosition command, long time, Known answer) {
        TopicPartition partition = partition(origin, command);
        if (isWanted(partition, command.offset())) {
            TimedAnswers known = Objects.requireNonNull(numbers.get(partition));
            if (known.at(command.offset(), time) == 0 || !answer.equals(ADDED)) { // any other tells more
                known.set(command.offset(), time, numberOf(answer));
            }
        }
    }

    private int numberOf(Known answer) {
        return numberOf.computeIfAbsent(answer, each -> {
            answers.add(each);
            return answers.size();
        });
    }

    private boolean isWanted(TopicPartition partition, long offset) {
        return wanted.getOrDefault(partition, List.of()).stream().anyMatch(span -> span.contains(offset));
    }

    private TopicPartition partition(Origin origin, RecordPosition command) {
        return new TopicPartition(names.taken(origin), command.partition());
    }

    /**
     * Whether the command at this position was answered as a repeat of another one, which may be on another partition.
     *
     * @param time of the command, in milliseconds since 1970 UTC
     */
    public boolean isRepeat(Origin origin, RecordPosition command, long time) {
        Known known = known(origin, command, time);
        return known != null && known.isRepeat;
    }

    /**
     * The answer to the command of this origin at this position, or null if its event is no longer there. What was answered to
     * a lost command whose place another one has taken is no answer to that.
     *
     * @param time of the command, in milliseconds since 1970 UTC
     * @throws IllegalArgumentException if it is not one of those that were asked for
     */
    public @Nullable PublishedAnswer to(Origin origin, RecordPosition command, long time) {
        Known known = known(origin, command, time);
        return known == null ? null : known.answer;
    }

    /** Whether there is an answer to any command that is or was at this position. */
    public boolean has(Origin origin, RecordPosition command) {
        return numbersOf(origin, command).has(command.offset());
    }

    private @Nullable Known known(Origin origin, RecordPosition command, long time) {
        int number = numbersOf(origin, command).at(command.offset(), time);
        return number == 0 ? null : answers.get(number - 1);
    }

    private TimedAnswers numbersOf(Origin origin, RecordPosition command) {
        TopicPartition partition = partition(origin, command);
        if (!isWanted(partition, command.offset())) {
            throw new IllegalArgumentException(command + " of " + partition.topic() + " was not asked for");
        }
        return Objects.requireNonNull(numbers.get(partition));
    }
}
