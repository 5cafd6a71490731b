package dev.messagecontact.outcome;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.command.CommandRecords;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.outcome.Outcome.Rejected;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PublisherTest {

    private static final EventTopics TOPICS = new EventTopics("results", "errors", "emails", "texts", "letters");

    private int sends;

    @Test
    void a_topic_that_is_not_there_is_waited_for_once_and_not_for_each_of_its_events() {
        TimeoutException unknown = new TimeoutException("Topic errors not present in metadata after 10000 ms.");
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> event) {
                        sends++;
                        return CompletableFuture.failedFuture(unknown);
                    }
                };
        Publisher publisher =
                new Publisher(() -> producer, new OutcomeEvents(TOPICS, "test", () -> 1_000_000), kind -> {});
        publisher.open();
        List<Answer> answers = IntStream.range(0, 250).mapToObj(i -> refusal()).toList();

        TimeoutException thrown = assertThrows(
                TimeoutException.class,
                () -> publisher.publish(answers, Map.of(), new ConsumerGroupMetadata("group"), () -> {}));

        assertSame(unknown, thrown);
        assertEquals(1, sends);
    }

    private static Answer refusal() {
        Envelope envelope =
                new Envelope(CommandRecords.of(null, new byte[0], List.of()), Origin.UPSTREAM, "r-1", "rd-1");
        return new Answer(envelope, Answer.Kind.NEW, new Rejected(ErrorCode.MISSING_NAME));
    }
}
