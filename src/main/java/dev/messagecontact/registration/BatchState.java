package dev.messagecontact.registration;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Permission;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.authorization.Sender.Proven;
import dev.messagecontact.authorization.Sender.Unproven;
import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.Rows.NewRefusal;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What all actions of a batch share while it is decided: directories, answers, refusals, and who waits. */
final class BatchState {

    private final Map<String, DirectoryBalance> directories = new HashMap<>();
    private final Map<RecordId, List<ErrorCode>> refusals;
    private final Room room;
    private final Policy policy;
    private final BatchRows rows;

    final List<Answer> answers = new ArrayList<>();
    final List<Request> deferred = new ArrayList<>();
    final List<Request> postponed = new ArrayList<>();
    final List<Denial> denials = new ArrayList<>();

    BatchState(Snapshot known, int contactLimit, Room room, Policy policy, BatchRows rows) {
        this.room = room;
        this.policy = policy;
        this.rows = rows;
        refusals = known.refusals();
        known.directories()
                .forEach((id, state) -> directories.put(
                        id, new DirectoryBalance(state, known.usedNames().get(id), contactLimit)));
    }

    /** The directory if its lock is ours; null if somebody else has it. */
    @Nullable
    DirectoryBalance directory(String id) {
        return directories.get(id);
    }

    /** Answers what was refused as it was refused; returns whether it was. */
    boolean repeatRefusal(Request request) {
        List<ErrorCode> refusal = refusals.get(request.position());
        if (refusal != null) {
            answer(request, Kind.RECOVERED, new Rejected(refusal));
        }
        return refusal != null;
    }

    /** Whether nothing may be said before the directory's lock is ours: its account is read under it. */
    boolean needsAccount(Request request, @Nullable String directoryId) {
        return request.sender().isProven() && directoryId != null && !directories.containsKey(directoryId);
    }

    /**
     * Denies what the sender may not do; the directory's account must be known. Without a permission nothing is told of
     * other records, not even that there was one with this request id.
     *
     * @param contactId what the action is about, null if it adds a contact
     * @param directoryId null for what no settings could accept: it is refused for that, and says nothing of what is stored
     * @return whether the request is denied
     */
    boolean denyWithoutPermission(
            Request request, Action action, @Nullable String contactId, @Nullable String directoryId) {
        if (request.sender() instanceof Unproven unproven) {
            deny(request, unproven.reason());
            return true;
        }
        if (!(request.sender() instanceof Proven proven) || directoryId == null) {
            return false;
        }
        DirectoryBalance directory = Objects.requireNonNull(directories.get(directoryId));
        Denial denial =
                Permission.denial(proven.subject(), action.operation(), directory.accountId(), contactId, policy);
        if (denial != null) {
            deny(request, denial);
        }
        return denial != null;
    }

    private void deny(Request request, Denial reason) {
        denials.add(reason);
        refuse(request, List.of(ErrorCode.NO_PERMISSION));
    }

    /**
     * Lets the request wait for its directory.
     *
     * @return false if it may not
     * @throws NoRoomException if there is no room for it, and none is to be turned away
     */
    boolean defer(Request request) {
        if (!request.canWait()) {
            return false;
        }
        if (deferred.size() < room.most()) {
            deferred.add(request);
            return true;
        }
        if (room.turnsAway()) {
            return false;
        }
        throw new NoRoomException();
    }

    /** Puts the request off until others are settled that it may need; false if none are left. */
    boolean postpone(Request request) {
        if (room.postpones()) {
            postponed.add(request);
        }
        return room.postpones();
    }

    void refuse(Request request, List<ErrorCode> codes) {
        rows.refusals.add(
                new NewRefusal(request.position(), codes, request.envelope().timestamp()));
        answer(request, Kind.NEW, new Rejected(codes));
    }

    void answer(Request request, Kind kind, Outcome outcome) {
        answers.add(new Answer(request.envelopeFor(outcome), request.isReplay() ? Kind.REPLAYED : kind, outcome));
    }
}
