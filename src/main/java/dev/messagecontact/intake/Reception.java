package dev.messagecontact.intake;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.ops.LaneMetrics;
import dev.messagecontact.ops.Stage;
import dev.messagecontact.registration.Request;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** Decodes and checks records of one topic: everything that needs no state. Not thread-safe. */
final class Reception {

    private final UUID topicId;
    private final CommandDecoder decoder;
    private final ContactRules rules;
    private final LaneMetrics metrics;

    Reception(UUID topicId, DecoderLimits limits, ContactRules rules, LaneMetrics metrics) {
        this.topicId = topicId;
        this.decoder = new CommandDecoder(topicId, limits);
        this.rules = rules;
        this.metrics = metrics;
    }

    UUID topicId() {
        return topicId;
    }

    /** A request per record that has no answer yet, in the same order. */
    List<Request> receive(ConsumerRecords<byte[], byte[]> records, Positions positions) {
        if (records.isEmpty()) {
            return List.of();
        }
        List<Decoded> decoded = metrics.time(Stage.DECODE, () -> decode(records, positions));
        return metrics.time(Stage.VALIDATE, () -> check(decoded, positions));
    }

    private List<Decoded> decode(ConsumerRecords<byte[], byte[]> records, Positions positions) {
        List<Decoded> decoded = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (positions.isOpen(record)) {
                decoded.add(decoder.decode(record));
            }
        }
        return decoded;
    }

    private List<Request> check(List<Decoded> decoded, Positions positions) {
        List<Request> requests = new ArrayList<>(decoded.size());
        for (Decoded each : decoded) {
            requests.add(request(each, positions.isAnswered(each.envelope().record())));
        }
        return requests;
    }

    private Request request(Decoded decoded, boolean answeredBefore) {
        if (!answeredBefore) {
            metrics.received(decoded.envelope().timestamp());
        }
        return Request.of(decoded, topicId, answeredBefore, rules);
    }
}
