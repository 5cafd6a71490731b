package dev.messagecontact.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.ForwardingAdmin;

/**
 * An admin client that ends within two seconds. Kafka's own waits for all calls that have no answer yet, and may do so for ever
 * (apache/kafka#16422); whoever closes it here has the answers that it needs. Any thread may use it.
 */
public final class BoundedAdmin extends ForwardingAdmin {

    private static final Duration LONGEST_END = Duration.ofSeconds(2);

    /** @param config of Kafka's admin client */
    public BoundedAdmin(Map<String, Object> config) {
        super(config);
    }

    @Override
    public void close(Duration limit) {
        super.close(limit.compareTo(LONGEST_END) < 0 ? limit : LONGEST_END);
    }
}
