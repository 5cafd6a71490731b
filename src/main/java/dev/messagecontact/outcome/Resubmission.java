package dev.messagecontact.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.command.RecordPosition.InTopic;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A command that was refused by mistake and is published once more, marked with where the refused record stands. */
public final class Resubmission {

    private Resubmission() {}

    /**
     * Returns the record to publish: the command byte for byte, as a new command at a new place.
     *
     * @param topicId Kafka's id of the command topic
     */
    public static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> command, UUID topicId) {
        Headers headers = new RecordHeaders();
        EventHeaders.without(command.headers(), EventHeaders.RESUBMITTED_FROM).forEach(headers::add);
        InTopic mark = RecordPosition.of(command).in(topicId.toString());
        headers.add(EventHeaders.RESUBMITTED_FROM, mark.toString().getBytes(UTF_8));
        return new ProducerRecord<>(command.topic(), null, null, command.key(), command.value(), headers);
    }

    /**
     * Returns where the refused record stands of which this one is the resubmission; empty if it is none, or one of a topic
     * that was created anew under the same name.
     */
    public static Optional<RecordPosition> originOf(ConsumerRecord<byte[], byte[]> command, UUID topicId) {
        String prefix = topicId + ":";
        return Optional.ofNullable(EventHeaders.text(command.headers(), EventHeaders.RESUBMITTED_FROM))
                .filter(mark -> mark.startsWith(prefix))
                .flatMap(mark -> RecordPosition.parse(mark.substring(prefix.length())));
    }
}
