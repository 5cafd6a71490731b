package dev.messagecontact.intake;

import dev.messagecontact.authorization.token.Authorization;
import dev.messagecontact.intake.partition.PartitionReceipts;
import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.intake.start.BrokerGroupOffsets;
import dev.messagecontact.intake.start.CommandTopics;
import dev.messagecontact.intake.start.CommittedByGroup;
import dev.messagecontact.intake.start.PartitionStarts;
import dev.messagecontact.kafka.KafkaClients;
import dev.messagecontact.kafka.KafkaFutures;
import dev.messagecontact.kafka.LastingAdmin;
import dev.messagecontact.kafka.LostTail;
import dev.messagecontact.kafka.PollBudget;
import dev.messagecontact.outcome.OutcomeEvents;
import dev.messagecontact.outcome.Publisher;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.RequestReader;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.validation.ContactRules;
import io.opentelemetry.context.Context;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jooq.DSLContext;

/** Makes the lanes of a worker: every part of a lane is put together here. Any thread may call it. */
final class LaneFactory {

    private final WorkerSettings settings;
    private final TopicNames topics;
    private final DSLContext database;
    private final String version;
    private final Authorization authorization;
    private final KafkaClients clients;
    private final LastingAdmin admin;

    /**
     * @param version of the worker, written on dead letters
     * @param admin of all lanes; the caller closes it after them
     */
    LaneFactory(
            WorkerSettings settings,
            DSLContext database,
            String version,
            Authorization authorization,
            KafkaClients clients,
            LastingAdmin admin) {
        this.settings = settings;
        this.topics = settings.topics().names();
        this.database = database;
        this.version = version;
        this.authorization = authorization;
        this.clients = clients;
        this.admin = admin;
    }

    /** The lane of this number, from 0; the caller runs it. */
    Lane lane(int number, LaneListener listener) {
        LongSupplier clock = System::nanoTime;
        PublishingThread publishing = new PublishingThread(
                publisher(number, listener),
                database,
                Context.taskWrapping(Executors.newSingleThreadExecutor(
                        task -> new Thread(task, "lane-%d-publishing".formatted(number)))));
        CommandTopics commandTopics = new CommandTopics(admin, topics.taken());
        CommittedByGroup committedByGroup = new BrokerGroupOffsets(admin, settings.groupId(), commandTopics, clock);
        Partitions partitions = new Partitions(topics::origin, listener::partitions);
        Assignment assignment = new Assignment(
                partitions,
                new PartitionReceipts(partitions, database, listener),
                () -> KafkaFutures.join(commandTopics.ask()),
                new PartitionStarts(
                        committedByGroup,
                        readTo -> LostTail.find(settings.kafka(), readTo),
                        database,
                        settings.offsetsGap(),
                        listener),
                publishing,
                clock);
        PollBudget budget = PollBudget.ofHeap(Runtime.getRuntime().maxMemory(), settings.lanes());
        GroupMember member =
                new GroupMember(() -> consumer(number, budget, listener), assignment, topics.taken(), budget, clock);
        GroupProbe group = new GroupProbe(admin, settings.groupId(), commandTopics, partitions, listener, clock);
        DependencyProbe probe = new DependencyProbe(member, assignment, group, database, listener, clock);
        FencingGuard fencingGuard = new FencingGuard(settings.transactionalId(number), clock);
        Recovery recovery = new Recovery(new Backoff(new SplittableRandom()), fencingGuard, listener);
        Deferred deferred = new Deferred(settings.directoryLockBudget(), clock);
        return new Lane(
                member,
                assignment,
                new BatchPoll(
                        member,
                        assignment,
                        new BatchSize(BatchSize.FIRST, settings.batchSize()),
                        new Linger(clock),
                        listener),
                new BatchReader(commandTopics::ask, this::reader, assignment, deferred, listener),
                new BatchSettler(registrar(listener), assignment, deferred, recovery, probe, listener),
                deferred,
                publishing,
                recovery,
                probe,
                listener);
    }

    private RequestReader reader(String topic, UUID topicId) {
        return new RequestReader(
                topicId,
                topics.origin(topic),
                settings.commands(),
                new ContactRules(settings.contacts().rules()),
                authorization::senders);
    }

    private Registrar registrar(LaneListener listener) {
        return new Registrar(
                database,
                settings.contacts().limitPerDirectory(),
                settings.failuresInARow(),
                listener,
                authorization::policy);
    }

    private Consumer<byte[], byte[]> consumer(int number, PollBudget budget, LaneListener listener) {
        Consumer<byte[], byte[]> consumer = clients.consumer(number, budget);
        listener.reads(consumer);
        return consumer;
    }

    /** After a fault the limit of a dead letter is looked up again: it may have been the fault. */
    private Publisher publisher(int number, LaneListener listener) {
        DeadLetterTopic deadLetters = new DeadLetterTopic(admin, topics.deadLetters());
        OutcomeEvents events = new OutcomeEvents(topics.events(), version, deadLetters::largestRecord);
        Supplier<Producer<byte[], byte[]>> producers = () -> {
            deadLetters.look();
            Producer<byte[], byte[]> producer = clients.producer(number);
            listener.writes(producer);
            return producer;
        };
        return new Publisher(producers, events, listener::sends);
    }
}
