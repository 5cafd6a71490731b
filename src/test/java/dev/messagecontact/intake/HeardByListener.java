package dev.messagecontact.intake;

import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;

/** Keeps what a lane has said last. */
final class HeardByListener implements LaneListener {

    final List<RuntimeException> faults = new ArrayList<>();
    final List<Answer> answers = new ArrayList<>();
    /** By number. */
    Map<Integer, PartitionStatus> partitions = Map.of();

    List<CommandPartition> unowned = List.of();
    Map<Origin, Integer> partitionCounts = Map.of();
    int limit;
    int waiting;
    int recoveries;
    Runnable whenDeciding = () -> {};

    @Override
    public void begins(Stage stage) {
        if (stage == Stage.DECIDE) {
            whenDeciding.run();
        }
    }

    @Override
    public void ends(Stage stage) {}

    @Override
    public void reads(Consumer<byte[], byte[]> consumer) {}

    @Override
    public void writes(Producer<byte[], byte[]> producer) {}

    @Override
    public void polls(boolean isMember) {}

    @Override
    public void takes(List<ConsumerRecords<byte[], byte[]>> polled, int most) {
        limit = most;
    }

    @Override
    public void received(List<Request> requests) {}

    @Override
    public void deferred(List<Request> requests) {
        waiting = requests.size();
    }

    @Override
    public void sends(EventKind kind) {}

    @Override
    public void publishes() {}

    @Override
    public void published(List<Answer> published, Duration took) {
        answers.addAll(published);
    }

    @Override
    public void failed(RuntimeException fault) {
        faults.add(fault);
    }

    @Override
    public void recovered() {
        recoveries++;
    }

    @Override
    public void partitions(Map<CommandPartition, PartitionStatus> owned) {
        partitions = new HashMap<>();
        owned.forEach((id, status) -> partitions.put(id.number(), status));
    }

    @Override
    public void brokerAnswers(boolean answered) {}

    @Override
    public void ownersKnown(boolean known) {}

    @Override
    public void unowned(List<CommandPartition> partitions) {
        unowned = partitions;
    }

    @Override
    public void partitionCounts(Map<Origin, Integer> counts) {
        partitionCounts = counts;
    }

    @Override
    public void ended() {}

    @Override
    public void died(Throwable cause) {}
}
