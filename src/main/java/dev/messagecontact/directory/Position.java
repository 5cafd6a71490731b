package dev.messagecontact.directory;

import java.util.UUID;

/**
 * Where a command record stands.
 *
 * @param topicId Kafka's id of the topic: a topic made anew under an old name has another
 */
public record Position(UUID topicId, int partition, long offset) {}
