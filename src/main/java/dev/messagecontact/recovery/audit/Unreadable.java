package dev.messagecontact.recovery.audit;

import dev.messagecontact.receipts.Answered.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Notes where events cannot be read. Not thread-safe. */
final class Unreadable {

    private final Map<TopicPartition, List<Span>> parts = new HashMap<>();

    /** Offsets come in the order of their partition. */
    void add(TopicPartition partition, long offset) {
        List<Span> spans = parts.computeIfAbsent(partition, key -> new ArrayList<>());
        int last = spans.size() - 1;
        boolean goesOn = last >= 0 && spans.get(last).to() == offset;
        spans.add(new Span(goesOn ? spans.remove(last).from() : offset, offset + 1));
    }

    /** What is to be said of it, partition by partition. */
    List<String> inWords() {
        return parts.entrySet().stream()
                .sorted(Comparator.comparing(part -> part.getKey().toString()))
                .map(part -> "%s: the events at offsets %s cannot be read; what should stand there counts as missing"
                        .formatted(part.getKey(), Span.inWords(part.getValue())))
                .toList();
    }
}
