package dev.messagecontact.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.intake.partition.CommandPartition;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.intake.start.Stop;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.outcome.ResultKind;
import dev.messagecontact.registration.Stage;
import dev.messagecontact.verification.ContactStatus;
import io.opentelemetry.api.OpenTelemetry;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the console page is told; its own tests ({@code .ci/console/words.test.mjs}) read the same file. */
class WorkerStateTest {

    private final WorkerMetrics worker = new WorkerMetrics("test", new FakeClock(), OpenTelemetry.noop());
    private final LaneMetrics lane = worker.lane(0);

    @Test
    void the_page_gets_the_names_of_stopped_partitions_and_the_outcomes_of_commands() throws Exception {
        PartitionStatus stopped = new PartitionStatus(7L, 12L, 0, new Stop(7, 0, "no broker leads it now"));
        lane.partitions(Map.of(
                new CommandPartition(Origin.UPSTREAM, 2), new PartitionStatus(0L, 9L, 0, null),
                new CommandPartition(Origin.UPSTREAM, 3), stopped,
                new CommandPartition(Origin.SENDERS, 3), stopped));
        lane.begins(Stage.PUBLISH);
        lane.publishes();
        lane.published(
                Stream.concat(
                                Stream.of(new Rejected(ErrorCode.INVALID_NAME)),
                                Arrays.stream(ResultKind.values()).map(WorkerStateTest::changed))
                        .map(WorkerStateTest::answer)
                        .toList(),
                Duration.ofMillis(20));

        JsonMapper json = JsonMapper.shared();
        JsonNode told = json.readTree(json.writeValueAsBytes(
                Map.of("worker", worker.state(new Health(worker, Duration.ofSeconds(60), () -> null)))));

        try (InputStream file = WorkerStateTest.class.getResourceAsStream("/console/state.json")) {
            JsonNode state = json.readTree(file);
            for (String part : List.of("/worker/lanes/0/partitions", "/worker/now/commands")) {
                assertEquals(state.at(part), told.at(part));
            }
        }
    }

    private static Outcome changed(ResultKind kind) {
        return new Changed(kind, "c-1", ContactStatus.ACTIVE, null, null);
    }

    private static Answer answer(Outcome outcome) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("commands", 2, 0, new byte[0], new byte[0]);
        return new Answer(new Envelope(record, Origin.UPSTREAM, "r-1", "rd-1"), Kind.NEW, outcome);
    }
}
