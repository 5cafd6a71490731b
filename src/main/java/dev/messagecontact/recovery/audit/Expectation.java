package dev.messagecontact.recovery.audit;

import static dev.messagecontact.recovery.audit.HoleKind.ANSWER_WITHOUT_ROW;
import static dev.messagecontact.recovery.audit.HoleKind.ROW_WITHOUT_ANSWER;
import static dev.messagecontact.recovery.audit.HoleKind.WRONG_ANSWER;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.recovery.audit.RowLookup.ContactRow;
import dev.messagecontact.recovery.audit.RowLookup.RejectionRow;
import dev.messagecontact.registration.Request;
import dev.messagecontact.validation.Contact;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to a command must be, given what the database holds.
 *
 * <p>Mostly it is one answer. Where the command has no row of its own, its answer repeats an earlier one with the same
 * RequestId; of several earlier ones the rows do not say which, so each of them will do.
 */
record Expectation(Request request, Stored stored) {

    /**
     * What the database holds that bears on a command.
     *
     * @param ownCode the code of the row that this very command made, {@link AnswerCode#NONE} if it made none
     * @param contact with the command's RequestId, null if there is none
     * @param rejections with the command's RequestId
     */
    record Stored(byte ownCode, @Nullable ContactRow contact, List<RejectionRow> rejections) {

        /** Nothing but the command's own row, if it has one. */
        static Stored ownRow(byte code) {
            return new Stored(code, null, List.of());
        }
    }

    /** What is to be said of an answer, by its code. */
    sealed interface Verdict {

        <T> T match(Function<Due, T> due, Function<Wrong, T> wrong);

        /** This is the answer that is due; it must be it byte for byte. */
        record Due(Outcome outcome) implements Verdict {
            @Override
            public <T> T match(Function<Due, T> due, Function<Wrong, T> wrong) {
                return due.apply(this);
            }
        }

        /** The command cannot have got such an answer, or not without a row that is not there. */
        record Wrong(HoleKind kind, String detail) implements Verdict {
            @Override
            public <T> T match(Function<Due, T> due, Function<Wrong, T> wrong) {
                return wrong.apply(this);
            }
        }
    }

    /** The expectation of an answer to this request. */
    static Expectation of(Request request, Stored stored) {
        return new Expectation(request, stored);
    }

    /** Whether a verdict on such an answer needs the rows of other commands with the same RequestId. */
    boolean needsOtherRows(byte published) {
        ErrorCode error = AnswerCode.error(published);
        return request.acceptedContact() != null
                && stored.ownCode == AnswerCode.NONE
                && (published == AnswerCode.ADDED
                        || error == ErrorCode.NAME_ALREADY_USED
                        || error == ErrorCode.CONTACT_LIMIT_EXCEEDED
                        || error == ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH);
    }

    /** The verdict on an answer with this code. */
    Verdict on(byte published) {
        Contact contact = request.acceptedContact();
        if (contact == null) {
            return onRefused(published);
        }
        return stored.ownCode == AnswerCode.NONE ? onRepeated(contact, published) : onOwn(contact, published);
    }

    /** A command that the field rules refuse gets the same answer, independent of stored rows, unless the worker failed. */
    private Verdict onRefused(byte published) {
        ErrorCode due = request.refusals().get(0);
        if (published == AnswerCode.of(due)) {
            return new Verdict.Due(new Rejected(request.refusals()));
        }
        // The policy of its day is not known; but what is no command is never asked for a permission.
        if (published == AnswerCode.of(ErrorCode.NO_PERMISSION) && !due.isDeadLettered()) {
            return new Verdict.Due(new Rejected(ErrorCode.NO_PERMISSION));
        }
        return published == AnswerCode.of(ErrorCode.INTERNAL_ERROR)
                ? new Verdict.Due(new Rejected(ErrorCode.INTERNAL_ERROR))
                : new Verdict.Wrong(
                        WRONG_ANSWER, "%s instead of %s".formatted(AnswerCode.words(published), due.code()));
    }

    private Verdict onOwn(Contact contact, byte published) {
        if (published != stored.ownCode) {
            return new Verdict.Wrong(ROW_WITHOUT_ANSWER, "the answer is " + AnswerCode.words(published));
        }
        ErrorCode error = AnswerCode.error(published);
        return new Verdict.Due(
                error == null ? new Added(contact, request.envelope().timestamp(), false) : new Rejected(error));
    }

    /** An answer without a row of its own repeats an earlier one, but for a failure of the worker's. */
    private Verdict onRepeated(Contact contact, byte published) {
        ErrorCode error = AnswerCode.error(published);
        if (published == AnswerCode.ADDED) {
            return onAdded(contact);
        } else if (error == null) {
            return accepted(published);
        }
        return switch (error) {
            case IDEMPOTENT_PARAMETER_MISMATCH -> onMismatch(contact);
            case NAME_ALREADY_USED, CONTACT_LIMIT_EXCEEDED -> rowOr(isRejectedBefore(contact, published), published);
            case CONCURRENT_CALL -> withoutRow(published);
            // A failure's row is kept if that is possible at all; a denial has none here.
            case INTERNAL_ERROR, NO_PERMISSION -> new Verdict.Due(new Rejected(error));
            default -> accepted(published);
        };
    }

    private Verdict onAdded(Contact contact) {
        if (stored.contact == null) {
            return withoutRow(AnswerCode.ADDED);
        }
        Long fingerprint = stored.contact.fingerprint();
        return fingerprint == null || fingerprint == contact.fingerprint()
                ? new Verdict.Due(new Added(contact, stored.contact.createdAt(), false))
                : new Verdict.Wrong(WRONG_ANSWER, "added, but the RequestId was used with other parameters");
    }

    private Verdict onMismatch(Contact contact) {
        byte published = AnswerCode.of(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH);
        long fingerprint = contact.fingerprint();
        boolean used = stored.contact != null || !stored.rejections.isEmpty();
        boolean otherContent = (stored.contact != null && !isOf(stored.contact.fingerprint(), fingerprint))
                || stored.rejections.stream().anyMatch(rejection -> !isOf(rejection.fingerprint(), fingerprint));
        return used && !otherContent
                ? new Verdict.Wrong(
                        WRONG_ANSWER,
                        AnswerCode.words(published) + ", but the RequestId was used with the same parameters")
                : rowOr(used, published);
    }

    private boolean isRejectedBefore(Contact contact, byte code) {
        return stored.rejections.stream()
                .anyMatch(rejection -> rejection.code() == code
                        && (rejection.fingerprint() == null || isOf(rejection.fingerprint(), contact.fingerprint())));
    }

    /** Whether this is the stored fingerprint; false if the content is erased, as nobody knows then. */
    private static boolean isOf(@Nullable Long stored, long fingerprint) {
        return stored != null && stored == fingerprint;
    }

    private static Verdict rowOr(boolean found, byte published) {
        ErrorCode error = AnswerCode.error(published);
        return found && error != null ? new Verdict.Due(new Rejected(error)) : withoutRow(published);
    }

    private static Verdict withoutRow(byte published) {
        return new Verdict.Wrong(ANSWER_WITHOUT_ROW, AnswerCode.words(published));
    }

    /** The verdict on a refusal by field rules of a command that the rules of now accept. */
    static Verdict.Wrong accepted(byte published) {
        return new Verdict.Wrong(
                WRONG_ANSWER, AnswerCode.words(published) + ", but the field rules accept the command");
    }
}
