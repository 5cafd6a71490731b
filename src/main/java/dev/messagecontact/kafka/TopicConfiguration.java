package dev.messagecontact.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How the brokers treat a topic, as they tell it: what is set for the topic, and else their own defaults.
 *
 * @param values by the names in {@link TopicConfig}; what they do not tell is missing
 */
public record TopicConfiguration(Map<String, String> values) {

    /** The largest record that brokers accept by default, in bytes. */
    public static final int USUAL_LARGEST_RECORD = 1024 * 1024 + 12;

    /** Asks for the configuration of one topic, and does not wait for the answer. */
    public static KafkaFuture<TopicConfiguration> ask(Admin admin, String topic) {
        return ask(admin, List.of(topic)).values().iterator().next();
    }

    /** The same for several, in one request; by the topic's name. */
    public static Map<String, KafkaFuture<TopicConfiguration>> ask(Admin admin, Collection<String> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        Map<String, KafkaFuture<TopicConfiguration>> answers = new HashMap<>();
        admin.describeConfigs(resources)
                .values()
                .forEach((resource, answer) -> answers.put(resource.name(), answer.thenApply(TopicConfiguration::of)));
        return answers;
    }

    /**
     * Waits for what {@link #ask} has asked.
     *
     * @throws KafkaException the reason why there is no answer; it names the topic if we may not know
     */
    public static TopicConfiguration get(String topic, Future<TopicConfiguration> answer) {
        return KafkaFutures.get("configuration of topic " + topic, answer);
    }

    /** Reads it from an answer of a broker's. */
    public static TopicConfiguration of(Config config) {
        return new TopicConfiguration(config.entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toUnmodifiableMap(ConfigEntry::name, ConfigEntry::value)));
    }

    /** One of the values; empty if the brokers do not tell. */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** Whether the broker's clock dates the records, and not that of who sends them. */
    public boolean isDatedByBroker() {
        return value(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime");
    }

    /** Whether a record may be deleted because a later one has its key. */
    public boolean isCompacted() {
        return value(TopicConfig.CLEANUP_POLICY_CONFIG).contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    /** The largest record that is accepted, in bytes, with all that a batch of one record adds. */
    public int largestRecord() {
        return Integer.parseInt(
                values.getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(USUAL_LARGEST_RECORD)));
    }

    /** How long one segment is written to before the next one; records are deleted by whole segments. */
    public Duration longestSegment() {
        return Duration.ofMillis(Long.parseLong(values.getOrDefault(TopicConfig.SEGMENT_MS_CONFIG, "0")));
    }

    /** How long records are kept. */
    public Retention retention() {
        if (!value(TopicConfig.CLEANUP_POLICY_CONFIG).contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
            return new Retention(null, null);
        }
        long millis = orUnlimited(TopicConfig.RETENTION_MS_CONFIG);
        long bytes = orUnlimited(TopicConfig.RETENTION_BYTES_CONFIG);
        return new Retention(millis < 0 ? null : Duration.ofMillis(millis), bytes < 0 ? null : bytes);
    }

    private long orUnlimited(String name) {
        return Long.parseLong(values.getOrDefault(name, "-1"));
    }
}
