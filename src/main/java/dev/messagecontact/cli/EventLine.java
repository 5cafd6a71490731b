package dev.messagecontact.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.outcome.Masked;
import dev.messagecontact.settings.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One event as one line for people: time, kind, what it says, where it stands. Personal data is masked. */
final class EventLine {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_TEXT = 80;

    private final TopicNames topics;

    EventLine(TopicNames topics) {
        this.topics = topics;
    }

    String of(ConsumerRecord<byte[], byte[]> event) {
        List<String> parts = new ArrayList<>();
        parts.add(Instant.ofEpochMilli(event.timestamp()).toString());
        parts.add("%-11s".formatted(kind(event.topic())));
        parts.addAll(event.topic().equals(topics.deadLetters()) ? deadLetter(event) : content(event));
        if (event.headers().lastHeader("ce_replayed") != null) {
            parts.add("replayed");
        }
        parts.add("%s-%d@%d".formatted(event.topic(), event.partition(), event.offset()));
        return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining("  "));
    }

    private String kind(String topic) {
        if (topic.equals(topics.results())) {
            return "added";
        } else if (topic.equals(topics.errors())) {
            return "rejected";
        } else if (topic.equals(topics.emailVerifications())) {
            return "email";
        } else if (topic.equals(topics.smsVerifications())) {
            return "sms";
        }
        return "dead letter";
    }

    private static List<String> deadLetter(ConsumerRecord<byte[], byte[]> event) {
        String position = "%s-%s@%s"
                .formatted(header(event, "dl-topic"), header(event, "dl-partition"), header(event, "dl-offset"));
        return List.of(header(event, "dl-reason"), "of " + position);
    }

    private static List<String> content(ConsumerRecord<byte[], byte[]> event) {
        JsonNode value = json(event.value());
        if (value == null) {
            return List.of("(unreadable)");
        }
        List<String> parts = new ArrayList<>();
        parts.add(text(value.path("Code")));
        parts.add(text(value.path("ResourceDirectoryId")));
        parts.add(text(value.path("RequestId")));
        parts.add(text(value.path("Contact").path("ContactId")));
        parts.add(text(value.path("ContactId")));
        parts.add(text(value.path("VerificationId")));
        parts.add(masked(value));
        parts.add(command(value.path("Command")));
        return parts;
    }

    private static String masked(JsonNode value) {
        String email = text(value.path("EmailAddress"));
        String phone = text(value.path("PhoneNumber"));
        return (email.isEmpty() ? "" : Masked.emailAddress(email)) + (phone.isEmpty() ? "" : Masked.phoneNumber(phone));
    }

    private static String command(JsonNode position) {
        return position.isObject()
                ? "of %s-%s@%s"
                        .formatted(text(position.path("Topic")), position.path("Partition"), position.path("Offset"))
                : "";
    }

    private static @Nullable JsonNode json(byte @Nullable [] value) {
        try {
            JsonNode read = value == null ? null : JSON.readTree(value);
            return read != null && read.isObject() ? read : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static String text(JsonNode node) {
        return node.isString() ? printable(node.stringValue()) : "";
    }

    private static String header(ConsumerRecord<byte[], byte[]> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null || header.value() == null ? "?" : printable(new String(header.value(), UTF_8));
    }

    /** Anyone may write into a topic: nothing of it shall steer the terminal. */
    private static String printable(String text) {
        String shown = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
        return shown.codePoints()
                .map(character -> Character.isISOControl(character) || Character.getType(character) == Character.FORMAT
                        ? '?'
                        : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
