package dev.messagecontact.registration;

import static java.util.stream.Stream.concat;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.directory.Rows;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.validation.ContactAction;
import java.util.List;
import java.util.Map;

/**
 * What a batch comes to.
 *
 * @param answers to the requests that are decided, in their order
 * @param deferred the requests whose directory somebody else has locked, in their order
 * @param postponed the requests that were done, as events tell, and can be done again only after others, in their order
 * @param denials why commands have no permission, one for each that has none
 * @param rows to store
 */
public record Decision(
        List<Answer> answers, List<Request> deferred, List<Request> postponed, List<Denial> denials, Rows rows) {

    /** The decision about no request. */
    public static final Decision NONE = new Decision(List.of(), List.of(), List.of(), List.of(), Rows.NONE);

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
                Map.of(),
                known.deletions());
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
        BatchRows rows = new BatchRows();
        BatchState batch = new BatchState(known, contactLimit, room, policy, rows);
        History history = new History(known, rows);
        LivingContacts contacts = new LivingContacts(known, history, rows);
        Additions additions = new Additions(batch, history, contacts);
        Actions actions = new Actions(batch, history, contacts, rows);
        for (Request request : requests) {
            ContactAction action = request.contactAction();
            if (action == null) {
                additions.decide(request);
            } else {
                actions.decide(request, action);
            }
        }
        return new Decision(batch.answers, batch.deferred, batch.postponed, batch.denials, rows.toStore());
    }

    /** The requests that have no answer yet. */
    List<Request> unanswered() {
        return concat(deferred.stream(), postponed.stream()).toList();
    }

    /** This one and what came after it. */
    Decision then(Decision next) {
        return new Decision(
                concat(answers.stream(), next.answers.stream()).toList(),
                concat(deferred.stream(), next.deferred.stream()).toList(),
                concat(postponed.stream(), next.postponed.stream()).toList(),
                concat(denials.stream(), next.denials.stream()).toList(),
                rows.then(next.rows));
    }
}
