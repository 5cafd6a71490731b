package dev.messagecontact.durability;

import dev.messagecontact.kafka.TopicConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * An event topic at one moment.
 *
 * @param id changes where a topic is deleted and made anew under its name
 * @param configuration null while it is not known
 */
record EventTopic(
        Uuid id, int partitions, int replicas, @Nullable TopicConfiguration configuration) {

    static EventTopic of(TopicDescription description, @Nullable TopicConfiguration configuration) {
        return new EventTopic(
                description.topicId(),
                description.partitions().size(),
                description.partitions().get(0).replicas().size(),
                configuration);
    }

    /** This one, with the configuration that was known before where it is not known now. */
    EventTopic orAs(@Nullable EventTopic before) {
        return configuration == null && before != null
                ? new EventTopic(id, partitions, replicas, before.configuration)
                : this;
    }

    /** What it has less of than before, in words such as {@code partitions 1, not 12}. */
    List<String> lessThan(EventTopic before) {
        List<String> less = new ArrayList<>();
        compare("partitions", partitions, before.partitions, less);
        compare("replication", replicas, before.replicas, less);
        if (configuration != null && before.configuration != null) {
            compare(TopicConfig.RETENTION_MS_CONFIG, millisKept(configuration), millisKept(before.configuration), less);
        }
        return less;
    }

    private static void compare(String what, long now, long before, List<String> less) {
        if (now < before) {
            less.add("%s %d, not %s".formatted(what, now, before == Long.MAX_VALUE ? "-1" : before));
        }
    }

    private static long millisKept(TopicConfiguration configuration) {
        Duration time = configuration.retention().time();
        return time == null ? Long.MAX_VALUE : time.toMillis();
    }
}
