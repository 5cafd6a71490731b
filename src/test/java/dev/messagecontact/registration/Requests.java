package dev.messagecontact.registration;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.AddMessageContact;
import dev.messagecontact.command.ContactCommand;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.validation.ActionRules;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Makes requests as they come out of validation, on partition 0 of one topic. */
public final class Requests {

    public static final UUID TOPIC = UUID.fromString("7d3c5a8e-0000-4000-8000-000000000001");
    public static final long FIRST_TIMESTAMP = 1_764_000_000_000L;

    private static final ContactRules RULES = new ContactRules(new RuleSettings(254, Set.of(86), false));

    /** Room for as many as a worker lets wait. */
    public static final Room ROOM = Room.turningAway(300);

    private Requests() {}

    /** Settles requests without receipts. */
    public static Decision settle(Registrar registrar, List<Request> requests) {
        return registrar.settle(requests, ROOM, BatchReceipts.NONE);
    }

    /** One that adds a contact of this name; its content differs from another's by the name only. */
    public static Request adding(long offset, String directoryId, String requestId, String name) {
        return request(offset, false, directoryId, requestId, name);
    }

    /** The same, standing before its partition's published offset. */
    public static Request addingAgain(long offset, String directoryId, String requestId, String name) {
        return request(offset, true, directoryId, requestId, name);
    }

    /** The same requests, met again: the database has a receipt for them. */
    public static List<Request> settled(List<Request> requests) {
        return requests.stream()
                .map(each -> new Request(each.envelope(), each.position(), each.checked(), Past.SETTLED))
                .toList();
    }

    private static Request request(
            long offset, boolean answeredBefore, String directoryId, String requestId, String name) {
        AddMessageContact command = new AddMessageContact(
                requestId,
                directoryId,
                name,
                "someone@example.com",
                "86-13900001234",
                "CEO",
                List.of("ServiceMessage"),
                Set.of());
        Checked checked = RULES.check(command);
        Envelope envelope = new Envelope(record(offset), Origin.UPSTREAM, requestId, directoryId);
        return new Request(
                envelope, new RecordId(TOPIC, 0, offset), checked, answeredBefore ? Past.PUBLISHED : Past.NONE);
    }

    /** One about a contact, of partition 0 of the same topic. */
    public static Request about(long offset, Action action, String directoryId, String requestId, String contactId) {
        ContactCommand command =
                new ContactCommand(action, requestId, directoryId, contactId, null, null, null, Set.of());
        Envelope envelope = new Envelope(record(offset), action.origin(), requestId, directoryId);
        return new Request(envelope, new RecordId(TOPIC, 0, offset), ActionRules.check(command), Past.NONE);
    }

    public static Contact contactOf(Request request) {
        return request.checked()
                .match(
                        acceptable -> Optional.of(acceptable.contact()),
                        action -> Optional.<Contact>empty(),
                        refused -> Optional.<Contact>empty())
                .orElseThrow();
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>(
                "commands",
                0,
                offset,
                FIRST_TIMESTAMP + offset,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                null,
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}
