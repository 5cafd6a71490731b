package dev.messagecontact.runtime;

import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.receipts.CommittedOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether workers of another group answer the commands that our database has settled, as when the group's name is
 * changed for one worker after the other. Both groups would take every command, and answer it. Not thread-safe; Kafka's
 * exceptions come through as they are.
 */
final class GroupCheck {

    private final Admin admin;
    private final String group;
    private final Collection<String> topics;

    /**
     * @param admin the caller closes it
     * @param group ours
     * @param topics that commands are taken from
     */
    GroupCheck(Admin admin, String group, Collection<String> topics) {
        this.admin = admin;
        this.group = group;
        this.topics = topics;
    }

    /**
     * The name of another group with members. Nothing is looked for where our group has committed an offset: it is no new one.
     *
     * @param settled the ids of the topics of which the database has settled commands
     */
    Optional<String> other(Set<UUID> settled) {
        Set<String> begun = begun(settled);
        if (begun.isEmpty() || committed(group, begun).findAny().isPresent()) {
            return Optional.empty();
        }
        return others().stream()
                .map(GroupListing::groupId)
                .filter(other -> committed(other, begun).anyMatch(CommittedOffset::isWorkers))
                .findFirst();
    }

    private Set<String> begun(Set<UUID> settled) {
        return KafkaFutures.get("topics", admin.describeTopics(topics).allTopicNames()).values().stream()
                .filter(topic -> settled.contains(Broker.idOf(topic)))
                .map(TopicDescription::name)
                .collect(Collectors.toSet());
    }

    /** What a group has committed of these topics, as far as we may know. */
    private Stream<OffsetAndMetadata> committed(String whose, Set<String> of) {
        try {
            Map<TopicPartition, @Nullable OffsetAndMetadata> offsets = KafkaFutures.get(
                    "group " + whose, admin.listConsumerGroupOffsets(whose).partitionsToOffsetAndMetadata());
            return offsets.entrySet().stream()
                    .filter(each -> of.contains(each.getKey().topic()))
                    .map(Map.Entry::getValue)
                    .filter(Objects::nonNull);
        } catch (AuthorizationException | GroupIdNotFoundException e) {
            return Stream.empty();
        }
    }

    /** Those with members, as far as we may know of them. */
    private List<GroupListing> others() {
        return KafkaFutures.get(
                        "groups",
                        admin.listGroups(ListGroupsOptions.forConsumerGroups()).valid())
                .stream()
                .filter(other -> !other.groupId().equals(group))
                .filter(other -> other.groupState()
                        .filter(state -> state != GroupState.EMPTY && state != GroupState.DEAD)
                        .isPresent())
                .toList();
    }
}
