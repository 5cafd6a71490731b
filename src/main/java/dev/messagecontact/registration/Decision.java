package dev.messagecontact.registration;

import dev.messagecontact.directory.NewContact;
import dev.messagecontact.directory.NewRejection;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.outcome.Answer;
import java.util.List;
import java.util.Map;

/**
 * What a batch comes to.
 *
 * @param answers to the requests that are decided, in their order
 * @param deferred the requests whose directory somebody else has locked, in their order
 * @param contacts the contacts that are new
 * @param rejections the rejections to remember
 */
public record Decision(
        List<Answer> answers, List<Request> deferred, List<NewContact> contacts, List<NewRejection> rejections) {

    /**
     * What was decided about requests before, and nothing new: those that nothing is known of come back as deferred.
     *
     * @param known every contact and rejection that the requests touch
     */
    public static Decision recalled(List<Request> requests, Snapshot known) {
        Snapshot lockedByOthers = new Snapshot(Map.of(), known.contacts(), Map.of(), known.rejections());
        return about(requests, lockedByOthers, 0);
    }

    /**
     * Decides requests in their order; each sees what the ones before it changed. A pure function.
     *
     * @param known every directory that is ours to change, and every contact, name and rejection that the requests touch
     * @param contactLimit how many contacts a directory without a limit of its own may have
     */
    public static Decision about(List<Request> requests, Snapshot known, int contactLimit) {
        Ledger ledger = new Ledger(known, contactLimit);
        requests.forEach(ledger::enter);
        return ledger.decision();
    }
}
