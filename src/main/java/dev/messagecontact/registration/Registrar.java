package dev.messagecontact.registration;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.NewRejection;
import dev.messagecontact.directory.PartitionProgress;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.ops.LaneMetrics;
import dev.messagecontact.ops.Stage;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Contact;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles the batches of one lane in the database. Not thread-safe. */
public final class Registrar {

    private static final Logger log = LoggerFactory.getLogger(Registrar.class);

    private final DSLContext database;
    private final int contactLimit;
    private final int failuresAllowed;
    private final LaneMetrics metrics;
    private int failuresInARow;

    /**
     * Prepares for batches.
     *
     * @param contactLimit how many contacts a directory without a limit of its own may have
     * @param failuresAllowed how many requests in a row may fail for no fault of the database's before we stop, lest a bug
     *     empties the topic into the dead letters
     * @param metrics of the lane
     */
    public Registrar(DSLContext database, int contactLimit, int failuresAllowed, LaneMetrics metrics) {
        this.database = database;
        this.contactLimit = contactLimit;
        this.failuresAllowed = failuresAllowed;
        this.metrics = metrics;
    }

    /**
     * Settles requests in their order, in one transaction. A request settled before keeps its outcome. If the data of one
     * or a bug makes the transaction fail, the batch is halved until that request is alone; it is answered with
     * {@code InternalError} then, and the others are settled as ever.
     *
     * @param published what is known by now to be published of the topic, by partition; stored along
     * @throws DataAccessException if the database did not take it; nothing, or (if the connection broke at the commit) all
     *     of it is stored then
     * @throws OperatorException if more requests failed in a row than allowed
     */
    public Settlement settle(List<Request> requests, UUID topicId, Map<Integer, Long> published) {
        try {
            Settlement settlement = inOneTransaction(requests, topicId, published);
            failuresInARow = requests.isEmpty() ? failuresInARow : 0;
            return settlement;
        } catch (RuntimeException e) {
            if (requests.isEmpty() || !isForARequest(e)) {
                throw e;
            }
            return requests.size() == 1 ? failed(requests.get(0), e) : halved(requests, topicId, published);
        }
    }

    private Settlement inOneTransaction(List<Request> requests, UUID topicId, Map<Integer, Long> published) {
        List<Contact> contacts =
                requests.stream().map(Request::contact).filter(Objects::nonNull).toList();
        if (contacts.isEmpty() && published.isEmpty()) {
            return settlement(decide(requests, Snapshot.EMPTY));
        }
        return database.transactionResult(tx -> {
            PartitionProgress.raise(tx.dsl(), topicId, published);
            Directories directories = new Directories(tx.dsl());
            Snapshot known = directories.lockAndLoad(contacts); // know
            Decision decision = decide(requests, known); // decide
            directories.write(decision.contacts(), decision.rejections()); // do
            return settlement(decision);
        });
    }

    private Decision decide(List<Request> requests, Snapshot known) {
        return metrics.time(Stage.DECIDE, () -> Decision.about(requests, known, contactLimit));
    }

    private static Settlement settlement(Decision decision) {
        return new Settlement(decision.answers(), decision.deferred());
    }

    /** A fault of the database's concerns the batch as a whole; bad data, or our own mistake, some request in it. */
    private static boolean isForARequest(RuntimeException failure) {
        if (failure instanceof DataAccessException database) {
            DatabaseFault fault = DatabaseFault.of(database);
            return fault == DatabaseFault.DATA || fault == DatabaseFault.BUG;
        }
        return !(failure instanceof OperatorException);
    }

    private Settlement halved(List<Request> requests, UUID topicId, Map<Integer, Long> published) {
        int half = requests.size() / 2;
        return settle(requests.subList(0, half), topicId, published)
                .then(settle(requests.subList(half, requests.size()), topicId, published));
    }

    private Settlement failed(Request request, RuntimeException cause) {
        failuresInARow++;
        log.error(
                "the command at {}-{} failed: {}",
                request.position().partition(),
                request.position().offset(),
                Cause.of(cause));
        if (failuresInARow > failuresAllowed) {
            throw new OperatorException(failuresInARow
                    + " commands in a row could not be processed; none of them is given up, but a person must look");
        }
        remember(request);
        Rejected rejected = new Rejected(ErrorCode.INTERNAL_ERROR);
        Answer.Kind kind = request.answeredBefore() ? Answer.Kind.REPLAYED : Answer.Kind.NEW;
        return new Settlement(List.of(new Answer(request.envelope(), kind, rejected)), List.of());
    }

    /** So that a replay answers as history did. */
    private void remember(Request request) {
        Contact contact = request.contact();
        if (contact == null) {
            return;
        }
        NewRejection rejection = new NewRejection(
                contact, ErrorCode.INTERNAL_ERROR, request.envelope().timestamp(), request.position());
        try {
            database.transaction(tx -> new Directories(tx.dsl()).write(List.of(), List.of(rejection)));
        } catch (RuntimeException e) {
            if (!isForARequest(e)) {
                throw e;
            }
            log.error("and the failure could not be stored: {}", Cause.of(e));
        }
    }
}
