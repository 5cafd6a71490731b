package dev.messagecontact.topics;

import static java.util.Objects.requireNonNull;

import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.TopicConfiguration;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.TopicSettings;
import dev.messagecontact.topics.TopicState.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Creates and checks the topics. Kafka's exceptions come through as they are. */
public final class Topics {

    /** How much longer a dead letter may be than its command, in bytes: the {@code dl-*} headers must fit. */
    public static final int ROOM_FOR_DEAD_LETTER_HEADERS = 16 * 1024;

    private static final Duration VISIBLE_AFTER = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Admin admin;
    private final TopicSettings settings;
    private final int commandMaxBytes;

    /**
     * @param admin stays the caller's, who closes it
     * @param commandMaxBytes the largest command that is read
     */
    public Topics(Admin admin, TopicSettings settings, int commandMaxBytes) {
        this.admin = admin;
        this.settings = settings;
        this.commandMaxBytes = commandMaxBytes;
    }

    /** Creates those that are missing and compares the others; the order is that of {@code TopicNames.all()}. */
    public List<TopicState> createMissing() {
        List<TopicState> states = states(true);
        awaitVisible();
        return states;
    }

    /** Compares all of them and changes nothing; the order is that of {@code TopicNames.all()}. */
    public List<TopicState> check() {
        return states(false);
    }

    /** Brokers know a new topic a moment later than the controller; the next caller should find it. */
    private void awaitVisible() {
        long end = System.nanoTime() + VISIBLE_AFTER.toNanos();
        while (descriptions().size() < settings.names().all().size() && System.nanoTime() < end) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private List<TopicState> states(boolean createMissing) {
        Map<String, ExistingTopic> existing = existing();
        List<TopicState> states = new ArrayList<>();
        for (PlannedTopic topic : planned(existing.get(settings.names().commands()))) {
            ExistingTopic found = existing.get(topic.name());
            if (found != null) {
                states.add(compared(topic, found));
            } else if (createMissing) {
                states.add(created(topic));
            } else {
                states.add(new TopicState(topic.name(), Standing.MISSING, List.of()));
            }
        }
        return states;
    }

    private List<PlannedTopic> planned(@Nullable ExistingTopic existingCommands) {
        TopicNames names = settings.names();
        PlannedTopic commands = PlannedTopic.taken(settings, names.commands(), commandMaxBytes);
        int largestCommand = existingCommands == null
                ? commands.maxMessageBytesAtCreation()
                : existingCommands.configuration().largestRecord();
        List<PlannedTopic> planned = new ArrayList<>();
        for (String name : names.all()) {
            if (names.taken().contains(name)) {
                planned.add(PlannedTopic.taken(settings, name, commandMaxBytes));
            } else if (name.equals(names.deadLetters())) {
                planned.add(PlannedTopic.deadLetters(settings, largestCommand));
            } else {
                planned.add(PlannedTopic.events(settings, name));
            }
        }
        return planned;
    }

    private static TopicState compared(PlannedTopic planned, ExistingTopic existing) {
        List<String> remarks = new ArrayList<>(planned.differences(existing));
        Standing standing = remarks.isEmpty() ? Standing.OK : Standing.DIFFERS;
        remarks.addAll(planned.remarks(existing));
        return new TopicState(planned.name(), standing, remarks);
    }

    private TopicState created(PlannedTopic topic) {
        NewTopic wanted = topic.asNewTopic();
        try {
            KafkaFutures.get(
                    "topic " + topic.name(), admin.createTopics(List.of(wanted)).all());
        } catch (TopicExistsException e) {
            // Someone else was faster, perhaps another instance of this very command.
            return compared(
                    topic,
                    existing().getOrDefault(topic.name(), new ExistingTopic(0, 0, new TopicConfiguration(Map.of()))));
        }
        List<String> remarks = new ArrayList<>(List.of("partitions " + topic.partitions()));
        new TreeMap<>(wanted.configs()).forEach((key, value) -> remarks.add(key + " " + value));
        return new TopicState(topic.name(), Standing.CREATED, remarks);
    }

    private Map<String, ExistingTopic> existing() {
        Map<String, TopicDescription> descriptions = descriptions();
        var configurations = TopicConfiguration.ask(admin, descriptions.keySet());
        Map<String, ExistingTopic> existing = new TreeMap<>();
        descriptions.forEach((name, description) -> existing.put(
                name,
                new ExistingTopic(
                        description.partitions().size(),
                        description.partitions().get(0).replicas().size(),
                        TopicConfiguration.get(name, requireNonNull(configurations.get(name))))));
        return existing;
    }

    private Map<String, TopicDescription> descriptions() {
        Map<String, TopicDescription> found = new TreeMap<>();
        admin.describeTopics(settings.names().all()).topicNameValues().forEach((name, description) -> {
            try {
                found.put(name, KafkaFutures.get("topic " + name, description));
            } catch (UnknownTopicOrPartitionException e) {
                // It is missing.
            }
        });
        return found;
    }
}
