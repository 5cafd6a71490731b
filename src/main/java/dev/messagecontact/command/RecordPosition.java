package dev.messagecontact.command;

import java.util.UUID;

/**
 * Where a command record stands.
 *
 * @param topicId Kafka's id of the topic: a topic made anew under an old name has another
 */
public record RecordPosition(UUID topicId, int partition, long offset) {}
