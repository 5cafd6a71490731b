package dev.messagecontact.recovery;

import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.settings.KafkaSettings;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;

/**
 * Recognises events of an earlier command topic of the same name, whose partitions and offsets mean other commands: they are
 * older than the first record of the topic that exists now. That is possible only if the broker has set the timestamps from the
 * first record on; of a topic dated by its senders, every event counts. Not thread-safe.
 */
public final class EarlierTopic {

    private final long firstTime;
    private long events;

    private EarlierTopic(long firstTime) {
        this.firstTime = firstTime;
    }

    /**
     * Recognises the events of the topic before this one.
     *
     * @param commands what stands in partitions of the topic that exists now
     */
    public static EarlierTopic of(
            KafkaSettings kafka, Broker broker, String topic, Map<TopicPartition, Offsets> commands) {
        boolean dated = broker.datesRecordsOf(topic) && !beganWithSendersDates(kafka, commands);
        return new EarlierTopic(commands.values().stream()
                .mapToLong(Offsets::firstTime)
                .filter(time -> dated && time != Offsets.ANY_TIME)
                .min()
                .orElse(Long.MIN_VALUE));
    }

    /** A topic may have been dated by its senders until somebody has changed that: its first records say. */
    private static boolean beganWithSendersDates(KafkaSettings kafka, Map<TopicPartition, Offsets> commands) {
        Map<TopicPartition, Offsets> firsts = new HashMap<>();
        commands.forEach(
                (partition, offsets) -> firsts.put(partition, offsets.within(offsets.begin(), offsets.begin() + 1)));
        Set<TimestampType> types = EnumSet.noneOf(TimestampType.class);
        new TopicReader(kafka).steppingOver().read(firsts, record -> types.add(record.timestampType()));
        return types.contains(TimestampType.CREATE_TIME);
    }

    /**
     * Whether an event is of an earlier topic; counts it if so.
     *
     * @param timestamp of its command, in milliseconds since 1970 UTC
     */
    public boolean countsOut(long timestamp) {
        boolean earlier = timestamp < firstTime;
        events += earlier ? 1 : 0;
        return earlier;
    }

    /** How many events were of an earlier topic. */
    public long events() {
        return events;
    }
}
