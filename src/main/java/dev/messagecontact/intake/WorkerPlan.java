package dev.messagecontact.intake;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.validation.RuleSettings;
import java.time.Duration;
import java.util.Map;

/**
 * What a worker needs to know of its settings.
 *
 * @param instance tells this process from others of the group, for transactional ids: the same after a restart
 * @param lanes how many consumers it runs, at least 1
 * @param batchSize how many records a batch has at most
 * @param contactLimit how many contacts a directory without a limit of its own may have
 * @param lockBudget how long a command waits for its directory while somebody else has locked it
 * @param failuresAllowed how many commands in a row may end as {@code InternalError} before the worker stops
 * @param kafka properties for the Kafka clients, among them {@code bootstrap.servers}; what the promises need is set over
 *     them
 */
public record WorkerPlan(
        String commandTopic,
        EventTopics eventTopics,
        String groupId,
        String transactionalIdPrefix,
        String instance,
        int lanes,
        int batchSize,
        Duration transactionTimeout,
        Duration maxPollInterval,
        DecoderLimits limits,
        RuleSettings rules,
        int contactLimit,
        Duration lockBudget,
        int failuresAllowed,
        OffsetGap onGap,
        Map<String, String> kafka) {

    public WorkerPlan {
        kafka = Map.copyOf(kafka);
    }
}
