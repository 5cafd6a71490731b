package dev.messagecontact.intake;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.directory.Position;
import dev.messagecontact.registration.Request;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes and checks records of one topic: everything that needs no state. Not thread-safe. */
final class Reception {

    private final UUID topicId;
    private final CommandDecoder decoder;
    private final ContactRules rules;

    Reception(UUID topicId, DecoderLimits limits, ContactRules rules) {
        this.topicId = topicId;
        this.decoder = new CommandDecoder(topicId, limits);
        this.rules = rules;
    }

    UUID topicId() {
        return topicId;
    }

    /** A request per record that has no answer yet, in the same order. */
    List<Request> receive(Iterable<ConsumerRecord<byte[], byte[]>> records, Positions positions) {
        List<Request> requests = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (positions.isOpen(record)) {
                requests.add(request(record, positions.isAnswered(record)));
            }
        }
        return requests;
    }

    private Request request(ConsumerRecord<byte[], byte[]> record, boolean answeredBefore) {
        Decoded decoded = decoder.decode(record);
        Checked checked = decoded.match(
                command -> rules.check(command.content()), unreadable -> new Refused(List.of(unreadable.code())));
        Position position = new Position(topicId, record.partition(), record.offset());
        return new Request(decoded.envelope(), position, answeredBefore, true, checked);
    }
}
