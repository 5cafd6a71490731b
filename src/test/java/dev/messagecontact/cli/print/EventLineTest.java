package dev.messagecontact.cli.print;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.outcome.PublishedEvent;
import dev.messagecontact.settings.Settings;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventLineTest {

    private static final EventTopics TOPICS =
            Settings.read(Map.of(), null).topics().names().events();

    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void a_result_is_shown_with_its_ids() {
        assertEquals(
                "1970-01-01T00:00:01Z  added        rd-1  r-1  c-1  message-contact.results:3:17",
                line(TOPICS.results(), """
                        {"RequestId":"r-1","ResourceDirectoryId":"rd-1",
                         "Contact":{"ContactId":"c-1","CreateDate":"1970-01-01 00:00:01"}}"""));
    }

    @Test
    void an_error_is_shown_with_its_code_and_its_command() {
        headers.add("ce_id", "r-1.2.5".getBytes(UTF_8));
        assertEquals(
                "1970-01-01T00:00:01Z  rejected     InvalidParameter.Name  rd-1  r-1"
                        + "  of 2:5  message-contact.errors:3:17",
                line(TOPICS.errors(), """
                        {"RequestId":"r-1","ResourceDirectoryId":"rd-1","HttpStatusCode":400,
                         "Code":"InvalidParameter.Name","Message":"The Name is invalid.","Retryable":false,
                         "Violations":[],"Command":{"Topic":"message-contact.commands","Partition":2,"Offset":5}}"""));
    }

    @Test
    void an_error_without_a_directory_is_shown_too() {
        assertEquals(
                "1970-01-01T00:00:01Z  rejected     InvalidCommand.Json  message-contact.errors:3:17",
                line(TOPICS.errors(), "{\"ResourceDirectoryId\":null,\"Code\":\"InvalidCommand.Json\"}"));
    }

    @Test
    void a_verification_is_shown_without_name_and_with_its_target_masked() {
        assertEquals(
                "1970-01-01T00:00:01Z  email        rd-1  r-1  c-1  v-1  som***@example.com"
                        + "  message-contact.email-verifications:3:17",
                line(TOPICS.emailVerifications(), """
                        {"VerificationId":"v-1","RequestId":"r-1","ResourceDirectoryId":"rd-1","ContactId":"c-1",
                         "Name":"tom","EmailAddress":"someone@example.com"}"""));
        assertEquals(
                "1970-01-01T00:00:01Z  sms          rd-1  r-1  c-1  v-2  86-139****1234"
                        + "  message-contact.sms-verifications:3:17",
                line(TOPICS.smsVerifications(), """
                        {"VerificationId":"v-2","RequestId":"r-1","ResourceDirectoryId":"rd-1","ContactId":"c-1",
                         "Name":"tom","PhoneNumber":"86-13900001234","E164":"+8613900001234"}"""));
    }

    @Test
    void a_dead_letter_is_shown_by_its_headers_alone() {
        headers.add("dl-reason", "InvalidCommand.Json".getBytes(UTF_8));
        headers.add("dl-topic", "message-contact.commands".getBytes(UTF_8));
        headers.add("dl-partition", "2".getBytes(UTF_8));
        headers.add("dl-offset", "5".getBytes(UTF_8));
        headers.add("dl-timestamp", "1000".getBytes(UTF_8));
        assertEquals(
                "1970-01-01T00:00:01Z  dead letter  InvalidCommand.Json  of message-contact.commands:2:5"
                        + "  message-contact.dead-letters:3:17",
                line(TOPICS.deadLetters(), "{\"Name\":\"tom\",\"EmailAddress\":\"someone@example.com\""));
    }

    @Test
    void what_was_replayed_says_so() {
        headers.add("ce_replayed", "true".getBytes(UTF_8));
        assertEquals(
                "1970-01-01T00:00:01Z  added        rd-1  replayed  message-contact.results:3:17",
                line(TOPICS.results(), "{\"ResourceDirectoryId\":\"rd-1\"}"));
    }

    @Test
    void a_value_that_is_no_event_does_not_stop_the_watch() {
        String expected = "1970-01-01T00:00:01Z  added        (unreadable)  message-contact.results:3:17";
        assertEquals(expected, line(TOPICS.results(), "nonsense"));
        assertEquals(expected, line(TOPICS.results(), "[]"));
        assertEquals(expected, line(TOPICS.results(), ""));
    }

    @Test
    void nothing_in_an_event_steers_the_terminal() {
        assertEquals(
                "1970-01-01T00:00:01Z  added        a?[2J?b  " + "x".repeat(80) + "...  message-contact.results:3:17",
                line(
                        TOPICS.results(),
                        "{\"ResourceDirectoryId\":\"a\\u001b[2J\\u202eb\",\"RequestId\":\"" + "x".repeat(200) + "\"}"));
    }

    private String line(String topic, String value) {
        return EventLine.of(PublishedEvent.read(
                new ConsumerRecord<>(
                        topic,
                        3,
                        17,
                        1000,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        null,
                        value.getBytes(UTF_8),
                        headers,
                        Optional.empty()),
                TOPICS));
    }
}
