package dev.messagecontact.registration;

import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Checked.Acceptable;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record of a batch, decoded and checked; what is left to decide depends on its directory.
 *
 * @param answeredBefore whether it stands before its partition's published offset: its answer is told again
 * @param canWait whether it may still be deferred if its directory is locked; if not, it is rejected with 429
 */
public record Request(Envelope envelope, RecordId position, boolean answeredBefore, boolean canWait, Checked checked) {

    /**
     * A decoded record, checked by the field rules; it may wait.
     *
     * @param topicId of the record's topic
     */
    public static Request of(Decoded decoded, UUID topicId, boolean answeredBefore, ContactRules rules) {
        Checked checked = decoded.match(
                command -> rules.check(command.content()), unreadable -> new Refused(List.of(unreadable.code())));
        ConsumerRecord<byte[], byte[]> record = decoded.envelope().record();
        RecordId position = new RecordId(topicId, record.partition(), record.offset());
        return new Request(decoded.envelope(), position, answeredBefore, true, checked);
    }

    /** The same request, its time to wait over. */
    public Request withoutWaiting() {
        return new Request(envelope, position, answeredBefore, false, checked);
    }

    /** The contact to decide about, or null if the field rules refuse it. */
    public @Nullable Contact contact() {
        return checked instanceof Acceptable acceptable ? acceptable.contact() : null;
    }

    /** Why the field rules refuse it, empty if they do not. */
    public List<ErrorCode> refusals() {
        return checked instanceof Refused refused ? refused.codes() : List.of();
    }
}
