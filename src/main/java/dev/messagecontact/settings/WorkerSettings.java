package dev.messagecontact.settings;

import dev.messagecontact.command.DecoderLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that the worker needs to run; {@link Settings#worker} has checked it.
 *
 * @param groupId the consumer group that all worker processes share
 * @param lanes how many consumers this process runs
 * @param instance the name of this process: unique in the group, and the same after a restart
 * @param transactionalIdPrefix what the transactional ids begin with
 * @param batchSize how many commands one transaction holds at most
 * @param shutdownLimit how long the current batch may take after a request to stop
 * @param transactionTimeout how long a transaction may stay open before the broker aborts it
 * @param maxPollInterval after which the group takes a lane for dead
 * @param failuresInARow how many commands in a row may end as {@code InternalError} before the worker stops
 * @param authorization null if commands need no permission
 * @param directoryLockBudget how long a command waits for its directory's lock before it is refused
 */
public record WorkerSettings(
        KafkaSettings kafka,
        DatabaseSettings database,
        TopicSettings topics,
        ManagementSettings management,
        DecoderLimits commands,
        ContactSettings contacts,
        String groupId,
        int lanes,
        String instance,
        String transactionalIdPrefix,
        int batchSize,
        Duration shutdownLimit,
        Duration transactionTimeout,
        Duration maxPollInterval,
        Duration directoryLockBudget,
        int failuresInARow,
        OffsetsGap offsetsGap,
        DurabilitySettings durability,
        @Nullable AuthorizationSettings authorization) {

    /**
     * The transactional id of a lane: the same after a restart, so that the lane ends what it left open.
     *
     * @param lane from 0
     */
    public String transactionalId(int lane) {
        // Not formatted: the digits would be those of this machine's language.
        return transactionalIdPrefix + "-" + groupId + "-" + instance + "-" + lane;
    }
}
