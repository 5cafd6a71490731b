package dev.messagecontact.support;

import java.util.List;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/** A part that a Kafka client makes when it is made, for tests of what happens then: {@code configure} is theirs. */
public abstract class ClientPart implements MetricsReporter {

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
}
