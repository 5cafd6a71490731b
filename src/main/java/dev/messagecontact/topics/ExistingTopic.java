package dev.messagecontact.topics;

import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** A topic as the broker has it. */
record ExistingTopic(int partitions, int replication, Map<String, String> configs) {

    String config(String key) {
        return configs.getOrDefault(key, "");
    }

    long segmentMillis() {
        return Long.parseLong(configs.getOrDefault(TopicConfig.SEGMENT_MS_CONFIG, "0"));
    }

    int maxMessageBytes() {
        return Integer.parseInt(configs.getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "0"));
    }
}
