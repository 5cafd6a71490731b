package dev.messagecontact.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * A few of the numbers that a lane's Kafka clients keep, always those of the live ones: a producer that is thrown away
 * takes its numbers along and leaves no series behind. While there is no client, and until it has a value, a number is 0.
 *
 * <p>Any thread may call it; reading touches no client.
 */
final class ClientMetrics {

    private static final Set<String> WHOLE_CLIENT = Set.of("client-id");

    private volatile Map<MetricName, ? extends Metric> consumer = Map.of();
    private volatile Map<MetricName, ? extends Metric> producer = Map.of();

    /** @param metrics as the consumer itself keeps them up to date */
    void consumer(Map<MetricName, ? extends Metric> metrics) {
        consumer = metrics;
    }

    /** @param metrics as the producer itself keeps them up to date */
    void producer(Map<MetricName, ? extends Metric> metrics) {
        producer = metrics;
    }

    void register(MeterRegistry registry, Tags lane) {
        for (Shown shown : Shown.values()) {
            if (shown.name.endsWith("_total")) {
                FunctionCounter.builder(shown.name, this, self -> self.value(shown))
                        .description(shown.meaning)
                        .tags(lane)
                        .register(registry);
            } else {
                Gauge.builder(shown.name, this, self -> self.value(shown))
                        .description(shown.meaning)
                        .tags(lane)
                        .register(registry);
            }
        }
    }

    /** The longest time, of about the last minute, that a broker has let one of them wait because of a quota, in seconds. */
    double throttle() {
        return Math.max(
                value("consumer-fetch-manager-metrics", "fetch-throttle-time-max", 1e-3),
                value("producer-metrics", "produce-throttle-time-max", 1e-3));
    }

    private double value(Shown shown) {
        return value(shown.group, shown.nameInGroup, shown.unit);
    }

    private double value(String group, String name, double unit) {
        Map<MetricName, ? extends Metric> metrics = group.startsWith("consumer") ? consumer : producer;
        return metrics.values().stream()
                .filter(metric -> isOfWholeClient(metric.metricName(), group, name))
                .map(Metric::metricValue)
                .filter(Double.class::isInstance)
                .mapToDouble(value -> Math.max(0, (Double) value) * unit)
                .filter(Double::isFinite)
                .findFirst()
                .orElse(0);
    }

    private static boolean isOfWholeClient(MetricName metric, String group, String name) {
        return metric.name().equals(name)
                && metric.group().equals(group)
                && metric.tags().keySet().equals(WHOLE_CLIENT);
    }

    /** What is shown of them, and the group and name under which the client keeps it. */
    private enum Shown {
        CONSUMER_CONNECTIONS(
                "contacts_kafka_consumer_connections",
                "Connections to brokers",
                "consumer-metrics",
                "connection-count",
                1),
        CONSUMER_BYTES(
                "contacts_kafka_consumer_bytes_total",
                "Bytes of commands read",
                "consumer-fetch-manager-metrics",
                "bytes-consumed-total",
                1),
        CONSUMER_FETCH_LATENCY(
                "contacts_kafka_consumer_fetch_latency_seconds",
                "Average time of a fetch",
                "consumer-fetch-manager-metrics",
                "fetch-latency-avg",
                1e-3),
        CONSUMER_HEARTBEAT_AGE(
                "contacts_kafka_consumer_heartbeat_age_seconds",
                "Time since the last heartbeat to the group",
                "consumer-coordinator-metrics",
                "last-heartbeat-seconds-ago",
                1),
        CONSUMER_REBALANCES(
                "contacts_kafka_consumer_rebalances_total",
                "Changes of the assignment",
                "consumer-coordinator-metrics",
                "rebalance-total",
                1),
        PRODUCER_CONNECTIONS(
                "contacts_kafka_producer_connections",
                "Connections to brokers",
                "producer-metrics",
                "connection-count",
                1),
        PRODUCER_REQUEST_LATENCY(
                "contacts_kafka_producer_request_latency_seconds",
                "Average time of a request",
                "producer-metrics",
                "request-latency-avg",
                1e-3),
        PRODUCER_RETRIES(
                "contacts_kafka_producer_record_retries_total",
                "Events sent again",
                "producer-metrics",
                "record-retry-total",
                1),
        PRODUCER_ERRORS(
                "contacts_kafka_producer_record_errors_total",
                "Events that the broker did not take",
                "producer-metrics",
                "record-error-total",
                1),
        PRODUCER_COMMIT_TIME(
                "contacts_kafka_producer_commit_seconds_total",
                "Time in commits",
                "producer-metrics",
                "txn-commit-time-ns-total",
                1e-9);

        private final String name;
        private final String meaning;
        private final String group;
        private final String nameInGroup;
        private final double unit;

        Shown(String name, String meaning, String group, String nameInGroup, double unit) {
            this.name = name;
            this.meaning = meaning;
            this.group = group;
            this.nameInGroup = nameInGroup;
            this.unit = unit;
        }
    }
}
