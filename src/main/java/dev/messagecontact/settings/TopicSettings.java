package dev.messagecontact.settings;

/**
 * The topics and how they are created.
 *
 * @param partitions of each topic
 * @param replication how many brokers hold each partition; -1 leaves it to the broker
 * @param retention how long each keeps its records
 */
public record TopicSettings(TopicNames names, int partitions, short replication, TopicRetention retention) {

    /** The value of {@link #replication} that leaves it to the broker. */
    public static final short BROKER_DEFAULT = -1;
}
