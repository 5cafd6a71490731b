package dev.messagecontact.recovery.offsets;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.outcome.EventContent;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells the commands that a topic got after it had lost its last records from those that it had before: an answer has
 * its command's timestamp, and the answer to a lost command has another one than the command that stands in its place.
 */
final class NewCommands {

    /** So many fit into memory; a partition does not get more before somebody acts. */
    private static final int MOST_READ = 1_000_000;

    private final WorkerSettings settings;
    private final Origin origin;
    private final TopicNames names;

    NewCommands(WorkerSettings settings, Origin origin) {
        this.settings = settings;
        this.origin = origin;
        this.names = settings.topics().names();
    }

    /**
     * The offset behind the last command whose answer is published.
     *
     * @return empty if the partition has commands and none of the last ones has its answer
     */
    OptionalLong firstIn(PartitionOffsets at) {
        long end = at.available().end();
        long begin = Math.max(at.available().begin(), end - MOST_READ);
        if (begin == end) {
            return OptionalLong.of(end);
        }
        long[] times = times(new TopicPartition(at.topic(), at.partition()), begin, end);
        long last = Math.max(
                lastAnswered(names.results(), at, begin, times), lastAnswered(names.errors(), at, begin, times));
        return last < begin ? OptionalLong.empty() : OptionalLong.of(last + 1);
    }

    /** The timestamps of the commands from an offset on, none where there is no command. */
    private long[] times(TopicPartition partition, long begin, long end) {
        long[] times = new long[(int) (end - begin)];
        Arrays.fill(times, Long.MIN_VALUE);
        new TopicReader(settings.kafka())
                .read(
                        Map.of(partition, Offsets.of(begin, end)),
                        command -> times[(int) (command.offset() - begin)] = Envelope.timestampOf(command));
        return times;
    }

    private long lastAnswered(String topic, PartitionOffsets at, long begin, long[] times) {
        EventTopics topics = names.events();
        long[] last = {-1};
        Map<TopicPartition, Offsets> parts = Broker.offsetsOf(settings.kafka(), topic, IsolationLevel.READ_COMMITTED);
        new TopicReader(settings.kafka()).read(parts, record -> {
            EventContent answer = PublishedEvent.read(record, topics).content();
            answer.command(origin)
                    .filter(command -> command.partition() == at.partition())
                    .filter(command -> isIn(command, begin, times)
                            && times[(int) (command.offset() - begin)] == answer.commandTimestamp())
                    .ifPresent(command -> last[0] = Math.max(last[0], command.offset()));
        });
        return last[0];
    }

    private static boolean isIn(RecordPosition command, long begin, long[] times) {
        return command.offset() >= begin && command.offset() < begin + times.length;
    }
}
