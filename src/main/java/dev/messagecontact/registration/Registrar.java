package dev.messagecontact.registration;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.authorization.Sender.Unproven;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.Directories.Question;
import dev.messagecontact.directory.Rows;
import dev.messagecontact.directory.Rows.NewRefusal;
import dev.messagecontact.directory.Rows.NewRejection;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.fault.ReceiptMismatchException;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.receipts.Receipts;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles batches in the database, for a lane or a rebuild. Not thread-safe: it counts the failures in a row. */
public final class Registrar {

    private static final Logger log = LoggerFactory.getLogger(Registrar.class);

    private final DSLContext database;
    private final int contactLimit;
    private final int failuresAllowed;
    private final BatchListener listener;
    private final Supplier<Policy> policies;
    private int failuresInARow;

    /**
     * @param contactLimit how many contacts a directory without a limit of its own may have
     * @param failuresAllowed how many requests in a row may fail for no fault of the database's before we stop, lest a bug
     *     empties the topic into the dead letters
     */
    public Registrar(DSLContext database, int contactLimit, int failuresAllowed, BatchListener listener) {
        this(database, contactLimit, failuresAllowed, listener, () -> Policy.NOTHING);
    }

    /**
     * The same where senders need a permission.
     *
     * @param policies gives the policy of the moment; asked once for each transaction
     */
    public Registrar(
            DSLContext database,
            int contactLimit,
            int failuresAllowed,
            BatchListener listener,
            Supplier<Policy> policies) {
        this.database = database;
        this.contactLimit = contactLimit;
        this.failuresAllowed = failuresAllowed;
        this.listener = listener;
        this.policies = policies;
    }

    /**
     * Settles requests in their order, in one transaction. A request settled before keeps its outcome. If the data of one
     * or a bug makes the transaction fail, the batch is halved until that request is alone; it is answered with
     * {@code InternalError} then, and the others are settled as ever.
     *
     * @param room for the requests that are deferred
     * @param receipts stored in the same transaction, or, if the batch is halved, with each part of it
     * @throws DataAccessException if the database did not take it; nothing, part of it, or (if the connection broke at the
     *     commit) all of it is stored then
     * @throws ReceiptMismatchException if the receipts are not the next ones of their partitions
     * @throws NoRoomException if there is too little room, and none is to be turned away; nothing is stored, or with
     *     {@link Room#NONE} perhaps part of it
     * @throws OperatorException if more requests failed in a row than allowed
     */
    public Decision settle(List<Request> requests, Room room, BatchReceipts receipts) {
        try {
            Decision decision = inOneTransaction(requests, room, Set.of(), receipts, List.of(), List.of());
            failuresInARow = requests.isEmpty() ? failuresInARow : 0;
            tell(decision.denials());
            return decision;
        } catch (RuntimeException e) {
            if (requests.isEmpty() || !isForARequest(e)) {
                throw e;
            }
            Decision decision = new Parts(room.inParts(), receipts)
                    .halve(requests, List.of(), e)
                    .end();
            tell(decision.denials());
            return decision;
        }
    }

    /** The answer gives no reason, so the operator must hear it here. One line for a batch: whoever writes can send many. */
    private void tell(List<Denial> denials) {
        denials.forEach(listener::denied);
        if (!denials.isEmpty()) {
            Map<String, Long> byReason =
                    denials.stream().collect(Collectors.groupingBy(Denial::label, TreeMap::new, Collectors.counting()));
            log.warn("{} commands have no permission, by reason: {}", denials.size(), byReason);
        }
    }

    /**
     * @param passedOver directories that count as locked by somebody else
     * @param open requests before these that have no answer yet
     * @param rest requests behind these
     */
    private Decision inOneTransaction(
            List<Request> requests,
            Room room,
            Set<String> passedOver,
            BatchReceipts receipts,
            List<Request> open,
            List<Request> rest) {
        Question question = Request.questionOf(requests);
        List<RecordId> settled = requests.stream()
                .filter(Request::mayBeSettled)
                .map(Request::position)
                .toList();
        Policy policy = policies.get();
        List<Receipt> next = new ArrayList<>();
        Decision stored = database.transactionResult(tx -> {
            Directories directories = new Directories(tx.dsl());
            Map<RecordId, List<ErrorCode>> refusals = directories.refusals(settled); // know
            List<String> toLock = toLock(requests, refusals);
            toLock.removeAll(passedOver);
            Snapshot known = directories.lockAndLoad(toLock, question, refusals);
            listener.begins(Stage.DECIDE);
            Decision decision = Decision.about(requests, known, contactLimit, room, policy); // decide
            listener.ends(Stage.DECIDE);
            directories.write(decision.rows()); // do
            next.addAll(receipts.of(joined(open, decision.unanswered()), rest));
            Receipts.append(tx.dsl(), next);
            return decision;
        });
        receipts.stored(next);
        return stored;
    }

    private static List<Request> joined(List<Request> first, List<Request> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }

    /** The directories that a decision may change: they are locked, and made where they are not there yet. */
    private static List<String> toLock(List<Request> requests, Map<RecordId, List<ErrorCode>> refusals) {
        List<String> toLock = new ArrayList<>();
        for (Request request : requests) {
            boolean wasRefused = request.isRefusedInTopic() || refusals.containsKey(request.position());
            ContactAction action = request.contactAction();
            if (action != null && !refusals.containsKey(request.position())) {
                toLock.add(action.directoryId());
            }
            Contact content = request.contactAsSent();
            boolean mayBeAdded = request.acceptedContact() != null
                    || request.isDoneInTopic()
                    || request.sender().isProven();
            if (content != null && mayBeAdded && !wasRefused && !(request.sender() instanceof Unproven)) {
                toLock.add(content.directoryId());
            }
        }
        return toLock;
    }

    /** A fault of the database's concerns the batch as a whole; bad data, or our own mistake, some request in it. */
    private static boolean isForARequest(RuntimeException failure) {
        if (failure instanceof DataAccessException database) {
            DatabaseFault fault = DatabaseFault.of(database);
            return fault == DatabaseFault.DATA || fault == DatabaseFault.BUG;
        }
        return !(failure instanceof OperatorException
                || failure instanceof ReceiptMismatchException
                || failure instanceof NoRoomException);
    }

    private Decision giveUp(Request request, RuntimeException cause) {
        failuresInARow++;
        log.error("the command at {} failed: {}", request.position(), Fault.withoutMessage(cause));
        if (failuresInARow > failuresAllowed) {
            throw new OperatorException(
                    failuresInARow
                            + " commands in a row could not be processed; those of this batch are not given up, but a person must look");
        }
        Rejected rejected = new Rejected(ErrorCode.INTERNAL_ERROR);
        Answer.Kind kind = request.isReplay() ? Answer.Kind.REPLAYED : Answer.Kind.NEW;
        List<Answer> answers = List.of(new Answer(request.envelope(), kind, rejected));
        return new Decision(answers, List.of(), List.of(), List.of(), Rows.NONE);
    }

    /** That these commands have failed: so a replay answers as history did. */
    private static Rows failures(List<Request> failed) {
        BatchRows rows = new BatchRows();
        for (Request request : failed) {
            Contact contact = request.contactAsSent();
            long at = request.envelope().timestamp();
            if (contact == null) {
                rows.refusals.add(new NewRefusal(request.position(), List.of(ErrorCode.INTERNAL_ERROR), at));
            } else {
                rows.rejections.add(new NewRejection(contact, ErrorCode.INTERNAL_ERROR, at, request.position()));
            }
        }
        return rows.toStore();
    }

    private void store(Rows rows, Collection<Receipt> receipts) {
        database.transaction(tx -> {
            new Directories(tx.dsl()).write(rows);
            Receipts.append(tx.dsl(), receipts);
        });
    }

    /** Stores it if that is possible at all. */
    private void remember(Request failed) {
        try {
            store(failures(List.of(failed)), List.of());
        } catch (RuntimeException e) {
            if (!isForARequest(e)) {
                throw e;
            }
            log.error(
                    "the failure of the command at {} could not be stored: {}",
                    failed.position(),
                    Fault.withoutMessage(e));
        }
    }

    /**
     * A batch that is settled in parts, one after the other, each with its receipts: what is stored of it was decided, also if
     * we stop in the middle. A directory that one part found locked may be free by now: those behind it pass over it all the
     * same, or their commands would be decided before those that wait.
     */
    private final class Parts {

        private final Room room;
        private final BatchReceipts receipts;
        private final List<Request> failed = new ArrayList<>();
        private Decision settled = Decision.NONE;

        Parts(Room room, BatchReceipts receipts) {
            this.room = room;
            this.receipts = receipts;
        }

        /** Settles both halves; a request that fails alone is given up. */
        Parts halve(List<Request> requests, List<Request> rest, RuntimeException cause) {
            if (requests.size() == 1) {
                settled = settled.then(giveUp(requests.get(0), cause));
                failed.add(requests.get(0));
                return this;
            }
            List<Request> second = requests.subList(requests.size() / 2, requests.size());
            settle(requests.subList(0, requests.size() / 2), joined(second, rest));
            settle(second, rest);
            return this;
        }

        private void settle(List<Request> requests, List<Request> rest) {
            List<Request> deferred = settled.deferred();
            Set<String> locked = deferred.stream().map(Request::directoryId).collect(Collectors.toSet());
            try {
                settled = settled.then(inOneTransaction(
                        requests,
                        room.without(deferred.size()),
                        locked,
                        receipts,
                        joined(settled.unanswered(), failed),
                        rest));
                failuresInARow = 0;
            } catch (RuntimeException e) {
                if (!isForARequest(e)) {
                    throw e;
                }
                halve(requests, rest, e);
            }
        }

        /**
         * Stores which requests have failed, when all is settled: not if we stop in the middle of it. With their receipts: without
         * them, they are decided anew.
         */
        Decision end() {
            if (!failed.isEmpty()) {
                Collection<Receipt> last = receipts.of(settled.unanswered(), List.of());
                try {
                    store(failures(failed), last);
                } catch (RuntimeException e) {
                    if (!isForARequest(e)) {
                        throw e;
                    }
                    failed.forEach(Registrar.this::remember);
                    store(Rows.NONE, last);
                }
                receipts.stored(last);
            }
            return settled;
        }
    }
}
