package dev.messagecontact.recovery.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.recovery.audit.Expectation.Stored;
import dev.messagecontact.recovery.audit.Expectation.Verdict;
import dev.messagecontact.recovery.audit.Expectation.Verdict.Due;
import dev.messagecontact.recovery.audit.Expectation.Verdict.Wrong;
import dev.messagecontact.recovery.audit.RowLookup.ContactRow;
import dev.messagecontact.recovery.audit.RowLookup.RejectionRow;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Requests;
import dev.messagecontact.validation.Contact;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExpectationTest {

    private static final Request GOOD = Requests.adding(7, "rd-1", "r-1", "tom");
    private static final Request BAD = Requests.adding(7, "rd-1", "r-1", "7");
    private static final Contact TOM = Requests.contactOf(GOOD);
    private static final long SAME = TOM.fingerprint();
    private static final long OTHER = SAME + 1;
    private static final long EARLIER = 1234;

    private static final byte ADDED = AnswerCode.ADDED;
    private static final byte NAME = code(ErrorCode.NAME_ALREADY_USED);
    private static final byte LIMIT = code(ErrorCode.CONTACT_LIMIT_EXCEEDED);
    private static final byte MISMATCH = code(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH);
    private static final byte CONCURRENT = code(ErrorCode.CONCURRENT_CALL);
    private static final byte INTERNAL = code(ErrorCode.INTERNAL_ERROR);
    private static final byte INVALID_NAME = code(ErrorCode.INVALID_NAME);

    private static final Stored NOTHING = Stored.ownRow(AnswerCode.NONE);

    static Stream<Arguments> table() {
        return Stream.of(
                // What the field rules refuse gets their codes, whatever is stored.
                arguments(BAD, NOTHING, INVALID_NAME, due(new Rejected(BAD.refusals()))),
                arguments(BAD, contact(SAME), INVALID_NAME, due(new Rejected(BAD.refusals()))),
                arguments(BAD, NOTHING, INTERNAL, due(ErrorCode.INTERNAL_ERROR)),
                arguments(BAD, NOTHING, ADDED, wrong(HoleKind.WRONG_ANSWER, "added instead of InvalidParameter.Name")),
                // A command's own row says its answer.
                arguments(
                        GOOD,
                        Stored.ownRow(ADDED),
                        ADDED,
                        due(new Added(TOM, GOOD.envelope().timestamp(), false))),
                arguments(GOOD, Stored.ownRow(LIMIT), LIMIT, due(ErrorCode.CONTACT_LIMIT_EXCEEDED)),
                arguments(GOOD, Stored.ownRow(CONCURRENT), CONCURRENT, due(ErrorCode.CONCURRENT_CALL)),
                arguments(
                        GOOD,
                        Stored.ownRow(ADDED),
                        INTERNAL,
                        wrong(HoleKind.ROW_WITHOUT_ANSWER, "the answer is " + ErrorCode.INTERNAL_ERROR.code())),
                // Without one, it repeats the answer to an earlier command with the same RequestId and content.
                arguments(GOOD, contact(SAME), ADDED, due(new Added(TOM, EARLIER, false))),
                arguments(
                        GOOD,
                        contact(OTHER),
                        ADDED,
                        wrong(HoleKind.WRONG_ANSWER, "added, but the RequestId was used with other parameters")),
                arguments(GOOD, NOTHING, ADDED, wrong(HoleKind.ANSWER_WITHOUT_ROW, "added")),
                arguments(GOOD, rejection(NAME, SAME), NAME, due(ErrorCode.NAME_ALREADY_USED)),
                arguments(GOOD, rejection(LIMIT, SAME), LIMIT, due(ErrorCode.CONTACT_LIMIT_EXCEEDED)),
                arguments(GOOD, rejection(NAME, OTHER), NAME, withoutRow(ErrorCode.NAME_ALREADY_USED)),
                arguments(GOOD, rejection(LIMIT, SAME), NAME, withoutRow(ErrorCode.NAME_ALREADY_USED)),
                // Or the RequestId was used with other content.
                arguments(GOOD, contact(OTHER), MISMATCH, due(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH)),
                arguments(GOOD, rejection(NAME, OTHER), MISMATCH, due(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH)),
                arguments(GOOD, NOTHING, MISMATCH, withoutRow(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH)),
                arguments(
                        GOOD,
                        contact(SAME),
                        MISMATCH,
                        wrong(
                                HoleKind.WRONG_ANSWER,
                                ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH.code()
                                        + ", but the RequestId was used with the same parameters")),
                // Two answers follow from no rule: one leaves no row if it must, the other always has one.
                arguments(GOOD, NOTHING, INTERNAL, due(ErrorCode.INTERNAL_ERROR)),
                arguments(GOOD, NOTHING, CONCURRENT, withoutRow(ErrorCode.CONCURRENT_CALL)),
                // No other answer goes with a command that the field rules accept.
                arguments(
                        GOOD,
                        NOTHING,
                        INVALID_NAME,
                        wrong(HoleKind.WRONG_ANSWER, "InvalidParameter.Name, but the field rules accept the command")),
                arguments(
                        GOOD,
                        NOTHING,
                        AnswerCode.UNKNOWN,
                        wrong(HoleKind.WRONG_ANSWER, "an unknown code, but the field rules accept the command")));
    }

    @ParameterizedTest
    @MethodSource("table")
    void the_verdict_follows_from_the_command_and_what_is_stored(
            Request request, Stored stored, byte published, Verdict verdict) {
        assertEquals(verdict, Expectation.of(request, stored).on(published));
    }

    @ParameterizedTest
    @MethodSource("table")
    void where_other_rows_are_not_needed_they_change_nothing(
            Request request, Stored stored, byte published, Verdict verdict) {
        Expectation byOwnRow = Expectation.of(request, Stored.ownRow(stored.ownCode()));
        if (!byOwnRow.needsOtherRows(published)) {
            assertEquals(verdict, byOwnRow.on(published));
        }
    }

    private static Stored contact(long fingerprint) {
        ContactRow contact = new ContactRow(fingerprint, EARLIER);
        return new Stored(AnswerCode.NONE, contact, List.of());
    }

    private static Stored rejection(byte code, long fingerprint) {
        RejectionRow rejection = new RejectionRow(code, fingerprint);
        return new Stored(AnswerCode.NONE, null, List.of(rejection));
    }

    private static Verdict due(Outcome outcome) {
        return new Due(outcome);
    }

    private static Verdict due(ErrorCode code) {
        return due(new Rejected(code));
    }

    private static Verdict withoutRow(ErrorCode code) {
        return wrong(HoleKind.ANSWER_WITHOUT_ROW, code.code());
    }

    private static Verdict wrong(HoleKind kind, String detail) {
        return new Wrong(kind, detail);
    }

    private static byte code(ErrorCode code) {
        return AnswerCode.of(code);
    }
}
