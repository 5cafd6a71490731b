package dev.messagecontact.command;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Says where a record stands in its topic. Its text form, everywhere, is {@code partition:offset}. */
public record RecordPosition(int partition, long offset) implements Comparable<RecordPosition> {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}):([0-9]{1,18})");
    private static final Comparator<RecordPosition> ORDER =
            Comparator.comparingInt(RecordPosition::partition).thenComparingLong(RecordPosition::offset);

    /** Returns where this record stands. */
    public static RecordPosition of(ConsumerRecord<?, ?> record) {
        return new RecordPosition(record.partition(), record.offset());
    }

    /** Reads the text form; empty if the text has another one. */
    public static Optional<RecordPosition> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new RecordPosition(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    /** Returns the position together with the name of its topic. */
    public InTopic in(String topic) {
        return new InTopic(topic, this);
    }

    @Override
    public int compareTo(RecordPosition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return partition + ":" + offset;
    }

    /** A position and the name of its topic; the text form is {@code topic:partition:offset}. */
    public record InTopic(String topic, RecordPosition position) {

        /** Returns where this record stands. */
        public static InTopic of(ConsumerRecord<?, ?> record) {
            return RecordPosition.of(record).in(record.topic());
        }

        /** Returns the partition of the record. */
        public int partition() {
            return position.partition();
        }

        /** Returns the offset of the record. */
        public long offset() {
            return position.offset();
        }

        @Override
        public String toString() {
            return topic + ":" + position;
        }
    }
}
