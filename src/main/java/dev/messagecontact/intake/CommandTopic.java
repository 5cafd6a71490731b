package dev.messagecontact.intake;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/** Asks the broker for the command topic's id. Any thread may call it. */
final class CommandTopic implements Supplier<UUID> {

    private final Admin admin;
    private final String name;

    CommandTopic(Admin admin, String name) {
        this.admin = admin;
        this.name = name;
    }

    /** @throws KafkaException if the broker does not answer, or has no such topic */
    @Override
    public UUID get() {
        try {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(List.of(name)).allTopicNames().get();
            Uuid id = Objects.requireNonNull(topics.get(name)).topicId();
            return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }
}
