package dev.messagecontact.faults;

import static dev.messagecontact.directory.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.Stage;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Good commands that are submitted bit by bit, and what must have come of them in the end. */
final class Ledger {

    private final Stage stage;
    private int submitted;

    Ledger(Stage stage) {
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
        assertEquals(submitted, stage.all(stage.events().results()).size());
        assertEquals(submitted, idsOfAnswers().size());
        assertEquals(0, stage.all(stage.events().errors()).size());
        assertEquals(0, stage.all(stage.events().deadLetters()).size());
        assertEquals(submitted, stage.all(stage.events().emailVerifications()).size());
        assertEquals(submitted, stage.all(stage.events().smsVerifications()).size());
        assertEquals(submitted, stage.database().fetchCount(MESSAGE_CONTACT));
    }

    private Set<String> idsOfAnswers() {
        return stage.all(stage.events().results()).stream()
                .map(answer -> new String(answer.headers().lastHeader("ce_id").value(), UTF_8))
                .collect(Collectors.toSet());
    }
}
