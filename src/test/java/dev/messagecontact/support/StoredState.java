package dev.messagecontact.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.outcome.EventTopics;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** All rows and events of a stage, whole, in an order that does not depend on the run. */
public final class StoredState {

    /** What holds decisions. */
    public static final List<String> TABLES = List.of(
            "resource_directory",
            "message_contact",
            "command_rejection",
            "field_refusal",
            "contact_action",
            "resent_verification",
            "early_confirmation");

    private StoredState() {}

    /** Deletes all that was decided. */
    public static void forget(TestStage stage) {
        stage.database().execute("truncate " + String.join(", ", TABLES));
    }

    /** The directories whose count is not that of their living contacts. */
    public static List<String> miscounted(TestStage stage) {
        return stage.database()
                .fetch("select directory_id from resource_directory d where contact_count <> (select count(*)"
                        + " from message_contact c where c.directory_id = d.directory_id and deleted_at is null)")
                .into(String.class);
    }

    /** All that was decided; when a directory was made does not count. */
    public static List<String> rows(TestStage stage) {
        return TABLES.stream()
                .flatMap(table -> stage.database().fetch("select * from " + table).stream()
                        .map(row -> table + " " + row))
                .map(row -> row.replaceAll("\\s+", " "))
                .sorted()
                .toList();
    }

    /** The same, but for the directories, whose settings a test has changed. */
    public static List<String> rowsWithoutDirectories(TestStage stage) {
        return rows(stage).stream()
                .filter(row -> !row.startsWith("resource_directory "))
                .toList();
    }

    /** What of these rows is not in the others. */
    public static List<String> without(List<String> rows, List<String> others) {
        return rows.stream().filter(row -> !others.contains(row)).toList();
    }

    /** Fails with the rows that differ, and not with all. */
    public static void assertSame(List<String> expected, List<String> rows, String when) {
        assertEquals(without(expected, rows), without(rows, expected), when);
        assertEquals(expected.size(), rows.size(), when);
    }

    /** Every event of these topics; what a replay adds is left out where so wanted. */
    public static List<String> events(TestStage stage, boolean withReplayedHeader, String... topics) {
        return Stream.of(topics)
                .flatMap(topic -> stage.all(topic).stream()
                        .map(event -> topic.substring(topic.lastIndexOf('-')) + " " + whole(event, withReplayedHeader)))
                .sorted()
                .toList();
    }

    /** Every event of the stage. */
    public static List<String> events(TestStage stage) {
        EventTopics topics = stage.events();
        return events(
                stage,
                true,
                topics.results(),
                topics.errors(),
                topics.emailVerifications(),
                topics.smsVerifications(),
                topics.deadLetters());
    }

    private static String whole(ConsumerRecord<byte[], byte[]> event, boolean withReplayedHeader) {
        String headers = Arrays.stream(event.headers().toArray())
                .filter(header -> withReplayedHeader || !header.key().equals("ce_replayed"))
                .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .collect(Collectors.joining(";"));
        return hex(event.key()) + " " + hex(event.value()) + " " + headers;
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }
}
