package dev.messagecontact.intake;

import dev.messagecontact.kafka.Answers;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/** Asks the broker for the command topic's id. Any thread may call it. */
final class CommandTopic {

    private final Admin admin;
    private final String name;

    CommandTopic(Admin admin, String name) {
        this.admin = admin;
        this.name = name;
    }

    /** The id that the topic has now; fails with a KafkaException if the broker does not answer, or has no such topic. */
    CompletableFuture<UUID> ask() {
        return Answers.later(admin.describeTopics(List.of(name)).allTopicNames())
                .thenApply(topics -> {
                    Uuid id = Objects.requireNonNull(topics.get(name)).topicId();
                    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
                });
    }

    /**
     * Waits for an answer.
     *
     * @throws KafkaException if there is none
     */
    static UUID await(CompletableFuture<UUID> id) {
        try {
            return id.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }
}
