package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.recovery.EarlierTopic;
import dev.messagecontact.registration.Request.PublishedAnswer;
import dev.messagecontact.settings.WorkerSettings;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The answers that the topics of results and errors hold, by the position of their command: one bit for each result. */
public final class PublishedAnswers {

    private static final PublishedAnswer ADDED = new PublishedAnswer(List.of());

    private final Map<Integer, BitSet> added = new HashMap<>();
    private final Map<Integer, Map<Long, PublishedAnswer>> rejected = new HashMap<>();

    private PublishedAnswers() {}

    /** Reads both topics through, as far as they reach. */
    public static PublishedAnswers of(WorkerSettings settings) {
        PublishedAnswers answers = new PublishedAnswers();
        String commands = settings.topics().names().commands();
        EarlierTopic earlier;
        try (Broker broker = new Broker(settings.kafka())) {
            earlier = new EarlierTopic(
                    broker.offsetsOf(commands, IsolationLevel.READ_UNCOMMITTED).values(),
                    broker.datesRecordsOf(commands));
        }
        read(settings, settings.topics().names().errors(), earlier, answers::addError);
        read(settings, settings.topics().names().results(), earlier, answers::addResult);
        return answers;
    }

    private static void read(
            WorkerSettings settings,
            String topic,
            EarlierTopic earlier,
            BiConsumer<RecordPosition, EventContent> answers) {
        Map<TopicPartition, Offsets> parts;
        try (Broker broker = new Broker(settings.kafka())) {
            parts = broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED);
        }
        EventTopics topics = settings.topics().names().events();
        new TopicReader(settings.kafka())
                .read(
                        parts,
                        record -> {
                            PublishedEvent event = PublishedEvent.read(record, topics);
                            EventContent answer = event.content();
                            if (earlier.has(event.time())) {
                                return;
                            }
                            answer.command().ifPresent(command -> answers.accept(command, answer));
                        },
                        done -> {});
    }

    private void addError(RecordPosition command, EventContent error) {
        List<String> codes = error.violations().isEmpty() ? List.of(String.valueOf(error.code())) : error.violations();
        rejected.computeIfAbsent(command.partition(), partition -> new HashMap<>())
                .put(
                        command.offset(),
                        new PublishedAnswer(codes.stream().map(ErrorCode::of).toList()));
    }

    private void addResult(RecordPosition command, EventContent result) {
        if (command.offset() <= Integer.MAX_VALUE) { // more results than that in one partition are not held in memory
            added.computeIfAbsent(command.partition(), number -> new BitSet()).set((int) command.offset());
        }
    }

    /** The answer to the command at this position, or null if no event is left that tells it. */
    public @Nullable PublishedAnswer to(int partition, long offset) {
        PublishedAnswer error = rejected.getOrDefault(partition, Map.of()).get(offset);
        if (error != null) {
            return error;
        }
        BitSet results = added.get(partition);
        boolean isAdded = results != null && offset <= Integer.MAX_VALUE && results.get((int) offset);
        return isAdded ? ADDED : null;
    }
}
