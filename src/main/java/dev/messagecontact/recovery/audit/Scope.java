package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.command.RecordPosition.InTopic;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.recovery.Part;
import dev.messagecontact.recovery.Selection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** The places of the command topic that an audit looks at, numbered from 0 without gaps: each number is a slot. */
final class Scope {

    static final int OUTSIDE = -1;

    private final String topic;
    private final int partitions;
    /** The parts that are looked at, by partition, in their order. */
    private final Map<Integer, Section> sections = new LinkedHashMap<>();

    private final int size;
    private final boolean isWhole;

    /**
     * The part of a range that the topic has.
     *
     * @param available what stands in each partition of the range; there may be others
     * @param partitions how many the topic has
     * @throws OperatorException if these are more places than can be numbered, or the range begins behind all of them
     */
    Scope(String topic, Selection range, Map<TopicPartition, Offsets> available, int partitions) {
        this.topic = topic;
        this.partitions = partitions;
        this.isWhole = range.equals(Selection.ALL);
        requireReached(range, available);
        long slots = 0;
        for (Map.Entry<Integer, Offsets> each : byNumber(available).entrySet()) {
            if (range.includes(each.getKey())) {
                Offsets part = each.getValue().within(range.from(), range.to());
                sections.put(each.getKey(), new Section(each.getKey(), part, slots));
                slots += part.size();
            }
        }
        if (slots > Sheet.MOST_SLOTS) {
            throw new OperatorException(
                    "%,d offsets are more than one audit can hold; audit partitions or ranges one by one"
                            .formatted(slots));
        }
        this.size = (int) slots;
    }

    /** An audit of nothing would be complete. From where the topic ends, there is nothing yet, but may be. */
    private void requireReached(Selection range, Map<TopicPartition, Offsets> available) {
        boolean isReached = available.entrySet().stream()
                .filter(each -> range.includes(each.getKey().partition()))
                .anyMatch(each -> each.getValue().end() >= range.from());
        if (!isReached) {
            throw new OperatorException("%s ends before offset %d".formatted(topic, range.from()));
        }
    }

    private static Map<Integer, Offsets> byNumber(Map<TopicPartition, Offsets> available) {
        Map<Integer, Offsets> sorted = new TreeMap<>();
        available.forEach((partition, offsets) -> sorted.put(partition.partition(), offsets));
        return sorted;
    }

    /** The name of the command topic. */
    String topic() {
        return topic;
    }

    /** Whether it is all that the topic has. */
    boolean isWhole() {
        return isWhole;
    }

    /** How many slots there are. */
    int size() {
        return size;
    }

    /** The slot of a place, or {@link #OUTSIDE}. */
    int slot(int partition, long offset) {
        Section section = sections.get(partition);
        return section == null || !section.part.contains(offset)
                ? OUTSIDE
                : (int) (section.base + offset - section.part.begin());
    }

    /** Whether the topic has this partition, looked at or not. */
    boolean hasPartition(int partition) {
        return partition >= 0 && partition < partitions;
    }

    /** A place, in range or not. */
    InTopic place(int partition, long offset) {
        return new RecordPosition(partition, offset).in(topic);
    }

    InTopic place(int slot) {
        for (Section section : sections.values()) {
            long distance = slot - section.base;
            if (distance < section.part.size()) {
                return place(section.partition, section.part.begin() + distance);
            }
        }
        throw new IllegalArgumentException("no slot: " + slot);
    }

    /** The range to read, by partition. */
    Map<TopicPartition, Offsets> offsets() {
        Map<TopicPartition, Offsets> offsets = new HashMap<>();
        sections.values().forEach(section -> offsets.put(new TopicPartition(topic, section.partition), section.part));
        return offsets;
    }

    List<Part> ranges() {
        return sections.values().stream()
                .map(section -> new Part(section.partition, section.part.begin(), section.part.end()))
                .toList();
    }

    /** @param base the slot of the part's first offset */
    private record Section(int partition, Offsets part, long base) {}
}
