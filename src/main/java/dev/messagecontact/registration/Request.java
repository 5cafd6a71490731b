package dev.messagecontact.registration;

import dev.messagecontact.authorization.Sender;
import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Directories.Own;
import dev.messagecontact.directory.Directories.Question;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Checked.Addition;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One record of a batch, decoded and checked; what is left to decide depends on what is stored.
 *
 * @param checked what today's field rules say; what was decided about the record before goes before them
 * @param past where the record stands in the history of its partition
 * @param canWait whether it may still be deferred if its directory is locked; if not, it is rejected with 429
 * @param sender who sent it; not asked where the record was decided before
 * @param answerInTopic how it was answered, where an event that was read tells it; null if none does
 * @param earlierReading how a record that today's limits refuse was read under higher ones; null if they do not refuse it,
 *     or it has no past
 */
public record Request(
        Envelope envelope,
        RecordId position,
        Checked checked,
        Past past,
        boolean canWait,
        Sender sender,
        @Nullable PublishedAnswer answerInTopic,
        @Nullable EarlierReading earlierReading) {

    /** Where a record stands in the history of its partition. */
    public enum Past {
        /** It is not settled: the database has nothing about this position. */
        NONE,
        /** It was skipped and is answered after all: what is stored of this very record is all that was decided. */
        REOPENED,
        /** A transaction has settled it; whether its events are published is not known. */
        SETTLED,
        /** Its events are published: its answer is published again and marked as replayed. */
        PUBLISHED;

        /** Whether its sender is known to have had the permission that it needs; otherwise it is checked now. */
        boolean isPermitted() {
            return this == SETTLED || this == PUBLISHED;
        }
    }

    /**
     * A record as it was read under higher limits.
     *
     * @param envelope with the ids that its value tells
     * @param refusal today's
     */
    public record EarlierReading(Envelope envelope, ErrorCode refusal) {}

    /** What must be known of the database to decide about these requests. */
    public static Question questionOf(Collection<Request> requests) {
        List<Contact> contacts = new ArrayList<>();
        List<ContactAction> actions = new ArrayList<>();
        Set<ContactKey> told = new HashSet<>();
        List<Own> settled = new ArrayList<>();
        for (Request request : requests) {
            Contact contact = request.contactAsSent();
            if (contact != null) {
                contacts.add(contact);
            }
            ContactAction action = request.contactAction();
            if (action != null) {
                actions.add(action);
            }
            ContactKey own = request.mayBeSettled() ? request.requestKey() : null;
            if (own != null) {
                settled.add(new Own(own, request.position));
            }
            ContactKey key = request.isDoneInTopic() ? request.contactKey() : null;
            if (key != null) {
                told.add(key);
            }
        }
        return new Question(contacts, actions, told, settled);
    }

    /** The partition that the record was read from. */
    public TopicPartition topicPartition() {
        return new TopicPartition(envelope.record().topic(), position.partition());
    }

    /** A record that may wait, and whose answer was found in no topic. */
    public Request(Envelope envelope, RecordId position, Checked checked, Past past) {
        this(envelope, position, checked, past, true, Sender.NOT_ASKED, null, null);
    }

    /** The same request, sent by this one. */
    public Request from(Sender whoever) {
        return new Request(envelope, position, checked, past, canWait, whoever, answerInTopic, earlierReading);
    }

    /** The same request, as it was read under higher limits. */
    Request withEarlierReading(EarlierReading earlier, Checked asBefore) {
        return new Request(envelope, position, asBefore, past, canWait, sender, answerInTopic, earlier);
    }

    /** The same request, its time to wait over. */
    public Request withoutWaiting() {
        return new Request(envelope, position, checked, past, false, sender, answerInTopic, earlierReading);
    }

    /** The same request, with the answer that was found in a topic. */
    public Request withAnswerInTopic(PublishedAnswer answer) {
        return new Request(envelope, position, checked, past, canWait, sender, answer, earlierReading);
    }

    /** The directory that it is about as it was sent; null if no rules could accept it. */
    @Nullable
    String directoryId() {
        Contact content = contactAsSent();
        ContactAction action = contactAction();
        return content != null ? content.directoryId() : action == null ? null : action.directoryId();
    }

    /** The contact that it makes or is about; null if no rules could accept it. */
    private @Nullable ContactKey contactKey() {
        Contact content = contactAsSent();
        ContactAction action = contactAction();
        return content != null
                ? new ContactKey(content.directoryId(), content.contactId())
                : action == null ? null : new ContactKey(action.directoryId(), action.contactId());
    }

    /** The contact that its request would make; null if no rules could accept it. */
    private @Nullable ContactKey requestKey() {
        ContactAction action = contactAction();
        return action == null ? contactKey() : new ContactKey(action.directoryId(), action.requestKey());
    }

    /** Whether its events are published already: what is answered now is marked as replayed. */
    public boolean isReplay() {
        return past == Past.PUBLISHED;
    }

    /** Whether an event tells that it was done. */
    boolean isDoneInTopic() {
        return answerInTopic != null && answerInTopic.isDone();
    }

    /** Whether an event tells that it was refused. */
    boolean isRefusedInTopic() {
        return answerInTopic != null && answerInTopic.isRefusal();
    }

    /** Whether the database may know the decision about this very record. */
    public boolean mayBeSettled() {
        return past != Past.NONE;
    }

    /** The contact to decide about, or null if the field rules refuse it. */
    public @Nullable Contact acceptedContact() {
        return checked instanceof Addition addition ? addition.contact() : null;
    }

    /** The action on a contact to decide; null if it asks for none, or the field rules refuse it. */
    public @Nullable ContactAction contactAction() {
        return checked instanceof Checked.Action action ? action.content() : null;
    }

    /** The contact as it was sent, also where today's rules refuse it; null if no rules could accept it. */
    public @Nullable Contact contactAsSent() {
        return checked.match(Addition::contact, action -> null, Refused::content);
    }

    /** Why limits or field rules refuse it, empty if they do not. */
    public List<ErrorCode> refusals() {
        if (earlierReading != null) {
            return List.of(earlierReading.refusal());
        }
        return checked instanceof Refused refused ? refused.codes() : List.of();
    }

    /**
     * Who an answer goes to: what is refused for its size or depth was not read, so its value tells no ids, also where today's
     * limits are higher.
     */
    Envelope envelopeFor(Outcome answer) {
        boolean isReadToday = refusals().stream().noneMatch(ErrorCode::isOfLimits);
        if (answer.isRefusedByLimits() && isReadToday) {
            return new CommandDecoder(position.topicId(), envelope.origin(), DecoderLimits.HIGHEST)
                    .envelopeOfUnread(envelope.record());
        }
        return earlierReading == null || answer.isRefusedByLimits() ? envelope : earlierReading.envelope();
    }
}
