package dev.messagecontact.faults;

import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.TestStage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Good commands that are submitted bit by bit, and what must have come of them in the end. */
final class Ledger {

    private final TestStage stage;
    private int submitted;

    Ledger(TestStage stage) {
        this.stage = stage;
    }

    /** Submits so many more, each a contact of its own. */
    void submit(int count) {
        stage.submit(commands(count));
    }

    List<ProducerRecord<byte[], byte[]>> commands(int count) {
        int from = submitted;
        submitted += count;
        return IntStream.range(from, submitted)
                .mapToObj(i -> adding(stage, "rd-" + i / 10, "r-" + i, "tom" + letters(i)))
                .toList();
    }

    int submitted() {
        return submitted;
    }

    /** Waits until all that was submitted is answered. */
    void awaitAnswers() {
        stage.answers(submitted);
    }

    /** Waits likewise, and makes sure that everything happened once, and nothing else. */
    void assertAllAnsweredOnce() {
        awaitAnswers();
        EventTopics topics = stage.events();
        List<ConsumerRecord<byte[], byte[]>> events = stage.all(
                topics.results(),
                topics.errors(),
                topics.emailVerifications(),
                topics.smsVerifications(),
                topics.deadLetters());
        long each = submitted;
        assertEquals(
                Map.of(topics.results(), each, topics.emailVerifications(), each, topics.smsVerifications(), each),
                events.stream().collect(Collectors.groupingBy(ConsumerRecord::topic, Collectors.counting())));
        assertEquals(3 * each, events.stream().map(Ledger::idOf).distinct().count());
        assertEquals(submitted, stage.database().fetchCount(MESSAGE_CONTACT));
    }

    private static String idOf(ConsumerRecord<byte[], byte[]> event) {
        return EventReader.header(event, "ce_id");
    }
}
