package dev.messagecontact.workshop.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.messagecontact.settings.TopicNames;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class CommandStreamTest {

    private static final TopicNames TOPICS =
            new TopicNames("commands", "results", "errors", "emails", "sms", "dead-letters", "outcomes");

    private static final long NOW = 1_764_000_000_000L;

    @Test
    void the_same_seed_repeats_the_commands_and_another_does_not() {
        assertEquals(commands(1), commands(1));
        assertNotEquals(commands(1), commands(2));
    }

    private static List<String> commands(long seed) {
        CommandStream stream = new CommandStream(TOPICS, seed, () -> NOW);
        return IntStream.range(0, 1_000).mapToObj(i -> text(stream.next())).toList();
    }

    private static String text(ProducerRecord<byte[], byte[]> command) {
        return command.timestamp() + Arrays.toString(command.key()) + Arrays.toString(command.value());
    }
}
