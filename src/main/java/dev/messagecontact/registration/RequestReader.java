package dev.messagecontact.registration;

import dev.messagecontact.authorization.Sender;
import dev.messagecontact.authorization.Sender.Unproven;
import dev.messagecontact.authorization.SenderCheck;
import dev.messagecontact.command.AddMessageContact;
import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.registration.Request.EarlierReading;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.validation.ActionRules;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one topic with commands into requests: everything that needs no state. No bytes whatever make it throw.
 * Not thread-safe.
 */
public final class RequestReader {

    private final UUID topicId;
    private final Origin origin;
    private final CommandDecoder decoder;
    private final ContactRules rules;
    private final Supplier<SenderCheck> senders;

    /**
     * Checks no permissions.
     *
     * @param topicId Kafka's id of the topic that all records come from
     * @param origin which topic that is
     */
    public RequestReader(UUID topicId, Origin origin, DecoderLimits limits, ContactRules rules) {
        this(topicId, origin, limits, rules, () -> SenderCheck.OFF);
    }

    /**
     * Proves the senders of commands that were not decided before.
     *
     * @param topicId Kafka's id of the topic that all records come from
     * @param origin which topic that is
     * @param senders asked once for each batch; not asked about verification outcomes, for which the access list of their topic is enough
     */
    public RequestReader(
            UUID topicId, Origin origin, DecoderLimits limits, ContactRules rules, Supplier<SenderCheck> senders) {
        this.topicId = topicId;
        this.origin = origin;
        this.decoder = new CommandDecoder(topicId, origin, limits);
        this.rules = rules;
        this.senders = origin == Origin.SENDERS ? () -> SenderCheck.OFF : senders;
    }

    public UUID topicId() {
        return topicId;
    }

    /** The request in this record. */
    public Request read(ConsumerRecord<byte[], byte[]> record, Past past) {
        Decoded decoded = decoder.decode(record);
        return check(decoded, past, sender(decoded, past, senders.get()));
    }

    /** The requests in these records, in their order; the listener hears of each stage once. */
    public List<Request> read(
            Iterable<ConsumerRecord<byte[], byte[]>> records,
            Function<ConsumerRecord<byte[], byte[]>, Past> past,
            BatchListener listener) {
        listener.begins(Stage.DECODE);
        List<Decoded> decoded = new ArrayList<>();
        List<Past> pasts = new ArrayList<>();
        records.forEach(record -> {
            decoded.add(decoder.decode(record));
            pasts.add(past.apply(record));
        });
        listener.ends(Stage.DECODE);
        List<Sender> sentBy = senders(decoded, pasts, listener);
        listener.begins(Stage.VALIDATE);
        List<Request> requests = new ArrayList<>(decoded.size());
        for (int i = 0; i < decoded.size(); i++) {
            requests.add(check(decoded.get(i), pasts.get(i), sentBy.get(i)));
        }
        listener.ends(Stage.VALIDATE);
        return requests;
    }

    /** Signatures cost far more than all else of reading, so idle cores help. */
    private List<Sender> senders(List<Decoded> decoded, List<Past> pasts, BatchListener listener) {
        SenderCheck check = senders.get();
        if (check == SenderCheck.OFF) {
            return Collections.nCopies(decoded.size(), Sender.NOT_ASKED);
        }
        listener.begins(Stage.AUTHORIZE);
        List<Sender> sentBy = IntStream.range(0, decoded.size())
                .parallel()
                .mapToObj(i -> sender(decoded.get(i), pasts.get(i), check))
                .toList();
        listener.ends(Stage.AUTHORIZE);
        return sentBy;
    }

    /** What was decided before is not asked again: keys and policies change, history does not. */
    private static Sender sender(Decoded decoded, Past past, SenderCheck check) {
        if (past.isPermitted()) {
            return Sender.NOT_ASKED;
        }
        ConsumerRecord<byte[], byte[]> record = decoded.envelope().record();
        return decoded.match(
                add -> check.senderOf(record, add.inValue()),
                action -> check.senderOf(record, action.inValue()),
                unreadable -> Sender.NOT_ASKED);
    }

    /** Nothing more is looked at of a new command whose sender is not proven. */
    private Request check(Decoded decoded, Past past, Sender sender) {
        Checked checked = sender instanceof Unproven && past == Past.NONE
                ? new Refused(List.of(ErrorCode.NO_PERMISSION))
                : decoded.match(
                        add -> rules.check(add.content()),
                        action -> ActionRules.check(action.content()),
                        unreadable -> refused(unreadable, past));
        ConsumerRecord<byte[], byte[]> record = decoded.envelope().record();
        RecordId position = new RecordId(topicId, record.partition(), record.offset());
        Request request = new Request(decoded.envelope(), position, checked, past).from(sender);
        return decoded instanceof Decoded.Unreadable unreadable
                        && unreadable.code().isOfLimits()
                        && past != Past.NONE
                ? readUnderHigherLimits(unreadable, request)
                : request;
    }

    /** The refusal, with what an earlier release has made of a record that this one does not read: history goes first. */
    private Checked refused(Decoded.Unreadable unreadable, Past past) {
        AddMessageContact asAdd = past == Past.NONE ? null : unreadable.asAdd();
        return new Refused(List.of(unreadable.code()), asAdd == null ? null : contactIn(asAdd));
    }

    private @Nullable Contact contactIn(AddMessageContact command) {
        return rules.check(command).match(Checked.Addition::contact, action -> null, Refused::content);
    }

    /** Adds what higher limits read, under which it may have been accepted: history goes first. Decoder and buffers are not kept. */
    private Request readUnderHigherLimits(Decoded.Unreadable today, Request request) {
        Decoded before = new CommandDecoder(topicId, origin, DecoderLimits.HIGHEST)
                .decode(today.envelope().record());
        Checked asBefore = before.match(
                add -> new Refused(List.of(today.code()), contactIn(add.content())),
                action -> ActionRules.check(action.content()),
                unreadable -> request.checked());
        return request.withEarlierReading(new EarlierReading(before.envelope(), today.code()), asBefore);
    }
}
