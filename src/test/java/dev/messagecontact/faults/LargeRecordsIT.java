package dev.messagecontact.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.messagecontact.identity.Sha256;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.TestStage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Records as large as the command topic takes them. */
class LargeRecordsIT {

    /** What a topic takes by default, less what Kafka's format adds. */
    private static final int ALMOST_A_MEBIBYTE = 1024 * 1024 - 100;

    @Test
    void a_record_too_large_for_the_dead_letters_is_pointed_to_and_the_ones_behind_it_go_on() {
        try (TestStage stage = TestStage.with(1)) {
            byte[] value = new byte[ALMOST_A_MEBIBYTE];
            Arrays.fill(value, (byte) 'x');
            Ledger ledger = new Ledger(stage);
            stage.submit(List.of(stage.record("k".getBytes(UTF_8), value)));
            ledger.submit(10);
            stage.startWorker();

            stage.answers(11);
            ConsumerRecord<byte[], byte[]> letter =
                    stage.all(stage.events().deadLetters()).get(0);
            assertNull(letter.value());
            assertArrayEquals("k".getBytes(UTF_8), letter.key());
            assertEquals("true", header(letter, "dl-pointer"));
            assertEquals("InvalidCommand.TooLarge", header(letter, "dl-reason"));
            assertEquals("0", header(letter, "dl-offset"));
            assertEquals(Integer.toString(value.length), header(letter, "dl-value-bytes"));
            assertEquals(HexFormat.of().formatHex(Sha256.of(value)), header(letter, "dl-value-sha256"));
        }
    }

    @Test
    void a_limit_that_was_lowered_at_run_time_is_looked_up_and_kept_to() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            stage.startWorker();
            stage.submit(List.of(stage.record(null, new byte[300_000])));
            stage.answers(1);
            stage.configure(stage.events().deadLetters(), Map.of("max.message.bytes", "200000"));

            stage.submit(List.of(stage.record(null, new byte[300_000]), stage.record(null, new byte[100_000])));

            stage.answers(3);
            assertEquals(
                    Arrays.asList(300_000, null, 100_000),
                    stage.all(stage.events().deadLetters()).stream()
                            .sorted(java.util.Comparator.comparing(letter -> header(letter, "dl-offset")))
                            .map(letter -> letter.value() == null ? null : letter.value().length)
                            .toList());
        }
    }

    @Test
    void keys_and_headers_of_any_size_make_no_event_too_large() {
        try (TestStage stage = TestStage.with(1)) {
            byte[] large = new byte[ALMOST_A_MEBIBYTE - 2_000];
            Arrays.fill(large, (byte) 'x');
            ProducerRecord<byte[], byte[]> good = new Ledger(stage).commands(1).get(0);
            ProducerRecord<byte[], byte[]> largeHeader =
                    new ProducerRecord<>(stage.commands(), null, good.key(), good.value());
            largeHeader.headers().add("tracestate", large);
            stage.submit(List.of(largeHeader, stage.record(large, "{".getBytes(UTF_8)), stage.record(large, null)));
            stage.startWorker();

            stage.answers(3);
            assertEquals(1, stage.all(stage.events().results()).size());
            assertEquals(2, stage.all(stage.events().deadLetters()).size());
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return EventReader.header(letter, name);
    }
}
