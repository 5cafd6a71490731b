package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.Broker;
import dev.messagecontact.kafka.Offsets;
import dev.messagecontact.receipts.Answered;
import dev.messagecontact.receipts.Answered.Span;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.recovery.CommandsRead;
import dev.messagecontact.settings.WorkerSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/** Finds out what the database lacks, by what the group has committed and what the topics still have. Not thread-safe. */
final class MissingLookup {

    private final WorkerSettings settings;
    private final DSLContext database;
    private final List<String> taken;

    MissingLookup(WorkerSettings settings, DSLContext database) {
        this.settings = settings;
        this.database = database;
        this.taken = settings.topics().names().taken();
    }

    /** @throws OperatorException if workers are running, or the group has committed nothing */
    Missing find() {
        try (Broker broker = new Broker(settings.kafka())) {
            if (broker.hasMembers(settings.groupId())) {
                throw new OperatorException(
                        "the group %s has members: stop all workers first; they would decide without the lost rows"
                                .formatted(settings.groupId()));
            }
            Missing missing = new Missing(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
            Map<TopicPartition, OffsetAndMetadata> committed = broker.committedBy(settings.groupId());
            requireAnyOf(taken, committed.keySet());
            taken.forEach(topic -> addMissing(topic, committed, broker, missing));
            return missing;
        }
    }

    /** Or nothing would be missing in an empty database, and workers would take every command for a new one. */
    private void requireAnyOf(Collection<String> taken, Set<TopicPartition> committed) {
        if (committed.stream().noneMatch(partition -> taken.contains(partition.topic()))) {
            throw new OperatorException(
                    "the group %s has committed no offset of %s, so nothing tells which commands are answered: is WORKER_GROUP_ID that of the workers? If its offsets are gone, set them again first: see ops/runbooks/lost-database.md"
                            .formatted(settings.groupId(), String.join(" or ", taken)));
        }
    }

    private void addMissing(
            String topic, Map<TopicPartition, OffsetAndMetadata> committed, Broker broker, Missing missing) {
        UUID topicId = broker.idOf(topic);
        missing.topicIds().put(topic, topicId);
        Map<Integer, Answered> settled = Receipts.settled(database, topicId);
        Map<TopicPartition, Offsets> all = broker.offsetsOf(topic, IsolationLevel.READ_COMMITTED);
        CommandsRead.of(settings.kafka(), all, committed).forEach((partition, available) -> {
            OffsetAndMetadata next = committed.get(partition);
            if (next != null) {
                Answered known = settled.getOrDefault(partition.partition(), Answered.before(0));
                Answered begin = Answered.before(available.begin());
                Answered end = Answered.before(available.end());
                Answered answered = CommittedOffset.read(next);
                Answered there = answered.head(available.end());
                missing.answered().put(partition, there);
                List<Span> gone =
                        new ArrayList<>(answered.head(available.begin()).minus(known));
                gone.addAll(answered.minus(known.union(end)));
                putUnlessEmpty(missing.gone(), partition, gone);
                putUnlessEmpty(missing.commands(), partition, there.minus(known.union(begin)));
            }
        });
    }

    private static void putUnlessEmpty(
            Map<TopicPartition, List<Span>> parts, TopicPartition partition, List<Span> spans) {
        if (!spans.isEmpty()) {
            parts.put(partition, spans);
        }
    }
}
