package dev.messagecontact.registration;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the records of one command topic into requests: everything that needs no state. No bytes whatever make it throw.
 * Not thread-safe.
 */
public final class RequestReader {

    private final UUID topicId;
    private final CommandDecoder decoder;
    private final ContactRules rules;

    /** @param topicId Kafka's id of the topic that all records come from */
    public RequestReader(UUID topicId, DecoderLimits limits, ContactRules rules) {
        this.topicId = topicId;
        this.decoder = new CommandDecoder(topicId, limits);
        this.rules = rules;
    }

    public UUID topicId() {
        return topicId;
    }

    /** The request in this record. */
    public Request read(ConsumerRecord<byte[], byte[]> record, Past past) {
        return check(decoder.decode(record), past);
    }

    /** The requests in these records, in their order; the listener hears of each stage once. */
    public List<Request> read(
            Iterable<ConsumerRecord<byte[], byte[]>> records,
            Function<ConsumerRecord<byte[], byte[]>, Past> past,
            BatchListener listener) {
        listener.begins(Stage.DECODE);
        List<Decoded> decoded = new ArrayList<>();
        records.forEach(record -> decoded.add(decoder.decode(record)));
        listener.ends(Stage.DECODE);
        listener.begins(Stage.VALIDATE);
        List<Request> requests = new ArrayList<>(decoded.size());
        decoded.forEach(
                each -> requests.add(check(each, past.apply(each.envelope().record()))));
        listener.ends(Stage.VALIDATE);
        return requests;
    }

    private Request check(Decoded decoded, Past past) {
        Checked checked = decoded.match(
                command -> rules.check(command.content()), unreadable -> new Refused(List.of(unreadable.code())));
        ConsumerRecord<byte[], byte[]> record = decoded.envelope().record();
        RecordId position = new RecordId(topicId, record.partition(), record.offset());
        return new Request(decoded.envelope(), position, checked, past);
    }
}
