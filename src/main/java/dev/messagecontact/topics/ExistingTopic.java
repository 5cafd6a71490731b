package dev.messagecontact.topics;

import dev.messagecontact.kafka.TopicConfiguration;

/** A topic as the broker has it. */
record ExistingTopic(int partitions, int replication, TopicConfiguration configuration) {}
