package dev.messagecontact.registration;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.directory.ContactChanges;
import dev.messagecontact.directory.NewContact;
import dev.messagecontact.directory.NewRefusal;
import dev.messagecontact.directory.NewRejection;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.validation.ContactChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a batch comes to.
 *
 * @param answers to the requests that are decided, in their order
 * @param deferred the requests whose directory somebody else has locked, in their order
 * @param contacts the contacts that are new
 * @param rejections to remember under their RequestIds
 * @param refusals to remember under their positions only
 * @param denials why commands have no permission, one for each that has none
 * @param changes of contacts that are there
 */
public record Decision(
        List<Answer> answers,
        List<Request> deferred,
        List<NewContact> contacts,
        List<NewRejection> rejections,
        List<NewRefusal> refusals,
        List<Denial> denials,
        ContactChanges changes) {

    /** One in which nobody lacks a permission, and no contact changes. */
    public Decision(
            List<Answer> answers,
            List<Request> deferred,
            List<NewContact> contacts,
            List<NewRejection> rejections,
            List<NewRefusal> refusals) {
        this(answers, deferred, contacts, rejections, refusals, List.of(), ContactChanges.NONE);
    }

    /** Without any request. */
    public static final Decision NONE = new Decision(List.of(), List.of(), List.of(), List.of(), List.of());

    /**
     * What was decided about requests before, and nothing new: those that nothing can be told of come back as deferred. Not
     * all that have an answer here need have been decided: what the field rules refuse is refused again, and a repeat gets
     * the answer of the request that it repeats. Only an answer of the kind RECOVERED is a decision about the record itself.
     *
     * @param known every contact, rejection and refusal that the requests touch
     */
    public static Decision recalled(List<Request> requests, Snapshot known) {
        Snapshot lockedByOthers = new Snapshot(
                Map.of(),
                known.contacts(),
                Map.of(),
                known.rejections(),
                known.refusals(),
                known.actions(),
                known.details(),
                Map.of());
        return about(requests, lockedByOthers, 0, Room.turningAway(Integer.MAX_VALUE));
    }

    /**
     * Decides requests in their order; each sees what the ones before it changed. A pure function.
     *
     * @param known every directory that is ours to change, and every contact, name, rejection and refusal that the requests
     *     touch
     * @param contactLimit how many contacts a directory without a limit of its own may have
     * @param room for the requests that are deferred
     * @throws NoRoomException if there is too little, and none is to be turned away
     */
    public static Decision about(List<Request> requests, Snapshot known, int contactLimit, Room room) {
        return about(requests, known, contactLimit, room, Policy.NOTHING);
    }

    /**
     * The same where senders need a permission.
     *
     * @param policy about the senders that are proven
     */
    static Decision about(List<Request> requests, Snapshot known, int contactLimit, Room room, Policy policy) {
        BatchState batch = new BatchState(known, contactLimit, room, policy);
        History history = new History(known);
        LivingContacts contacts = new LivingContacts(known, history);
        Additions additions = new Additions(batch, history, contacts);
        Changes changes = new Changes(batch, history, contacts);
        for (Request request : requests) {
            ContactChange change = request.change();
            if (change == null) {
                additions.enter(request);
            } else {
                changes.enter(request, change);
            }
        }
        return new Decision(
                batch.answers,
                batch.deferred,
                history.newContacts(),
                history.newRejections(),
                batch.newRefusals,
                batch.denials,
                changes.toStore());
    }

    /** This one and what came after it. */
    Decision then(Decision next) {
        return new Decision(
                joined(answers, next.answers),
                joined(deferred, next.deferred),
                joined(contacts, next.contacts),
                joined(rejections, next.rejections),
                joined(refusals, next.refusals),
                joined(denials, next.denials),
                changes.then(next.changes));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }
}
