package dev.messagecontact.recovery.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.registration.Request.PublishedAnswer;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The answers that the topics of results and errors hold, by the position of their command: one bit for each result. */
final class PublishedAnswers {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final PublishedAnswer ADDED = new PublishedAnswer(List.of());

    private final Map<Integer, BitSet> added = new HashMap<>();
    private final Map<Integer, Map<Long, PublishedAnswer>> rejected = new HashMap<>();

    private PublishedAnswers() {}

    /** Reads both topics through, as far as they reach. */
    static PublishedAnswers of(WorkerSettings settings) {
        PublishedAnswers answers = new PublishedAnswers();
        read(settings, settings.topics().names().errors(), answers::addError);
        read(settings, settings.topics().names().results(), answers::addResult);
        return answers;
    }

    private static void read(WorkerSettings settings, String topic, Consumer<ConsumerRecord<byte[], byte[]>> events) {
        Map<TopicPartition, Offsets> parts;
        try (Broker broker = new Broker(settings.kafka())) {
            parts = broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED);
        }
        new TopicReader(settings.kafka(), PATIENCE).read(parts, events::accept, done -> {});
    }

    private void addError(ConsumerRecord<byte[], byte[]> event) {
        JsonNode error = JSON.readTree(event.value());
        JsonNode command = error.path("Command");
        List<ErrorCode> codes = new ArrayList<>();
        error.path("Violations")
                .forEach(violation ->
                        codes.add(ErrorCode.of(violation.path("Code").asString())));
        if (codes.isEmpty()) {
            codes.add(ErrorCode.of(error.path("Code").asString()));
        }
        rejected.computeIfAbsent(command.path("Partition").intValue(), partition -> new HashMap<>())
                .put(command.path("Offset").longValue(), new PublishedAnswer(codes));
    }

    /** Its id ends with the command's partition and offset. */
    private void addResult(ConsumerRecord<byte[], byte[]> event) {
        Header id = event.headers().lastHeader("ce_id");
        String[] parts = id == null ? new String[0] : new String(id.value(), UTF_8).split("\\.", -1);
        if (parts.length >= 3) {
            int partition = Integer.parseInt(parts[parts.length - 2]);
            long offset = Long.parseLong(parts[parts.length - 1]);
            if (offset <= Integer.MAX_VALUE) { // more results than that in one partition are not held in memory
                added.computeIfAbsent(partition, number -> new BitSet()).set((int) offset);
            }
        }
    }

    /** The answer to the command at this position, or null if no event is left that tells it. */
    @Nullable
    PublishedAnswer to(int partition, long offset) {
        PublishedAnswer error = rejected.getOrDefault(partition, Map.of()).get(offset);
        if (error != null) {
            return error;
        }
        BitSet results = added.get(partition);
        boolean isAdded = results != null && offset <= Integer.MAX_VALUE && results.get((int) offset);
        return isAdded ? ADDED : null;
    }
}
