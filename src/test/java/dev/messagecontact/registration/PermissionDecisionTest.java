package dev.messagecontact.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.authorization.BrokenFileException;
import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Policy;
import dev.messagecontact.authorization.PolicyReader;
import dev.messagecontact.authorization.Sender;
import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.Rows.NewRefusal;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.validation.Checked.Refused;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions where senders need a permission. */
class PermissionDecisionTest {

    private static final Sender ALICE = new Sender.Proven("acs:ram::1:user/alice");
    private static final Sender MALLORY = new Sender.Proven("acs:ram::1:user/mallory");
    private static final Policy ONLY_ALICE = policy("acs:ram::1:user/alice");
    private static final List<ErrorCode> NO_PERMISSION = List.of(ErrorCode.NO_PERMISSION);

    private final Request tom = Requests.adding(5, "rd-1", "r-1", "tom");

    @Test
    void who_may_adds_a_contact() {
        Decision decision = decide(known("1"), tom.from(ALICE));
        assertEquals(1, decision.rows().contacts().size());
        assertEquals(List.of(), decision.denials());
    }

    @Test
    void who_may_not_is_refused_by_position_and_leaves_the_request_id_free() {
        Request later = Requests.adding(6, "rd-1", "r-1", "tom").from(ALICE);

        Decision decision = decide(known("1"), tom.from(MALLORY), later);

        assertEquals(List.of(Answer.Kind.NEW, Answer.Kind.NEW), kinds(decision));
        assertEquals(new Rejected(NO_PERMISSION), decision.answers().get(0).outcome());
        assertEquals(
                List.of(later.position()),
                List.of(decision.rows().contacts().get(0).source()));
        assertEquals(
                List.of(new NewRefusal(
                        tom.position(), NO_PERMISSION, tom.envelope().timestamp())),
                decision.rows().refusals());
        assertEquals(List.of(), decision.rows().rejections());
        assertEquals(List.of(Denial.NOT_ALLOWED), decision.denials());
    }

    @Test
    void a_directory_without_an_account_takes_nothing() {
        assertEquals(
                List.of(Denial.NO_ACCOUNT), decide(known(null), tom.from(ALICE)).denials());
    }

    @Test
    void an_unproven_sender_is_refused_without_a_look_at_the_directory() {
        Request forged = new Request(tom.envelope(), tom.position(), new Refused(NO_PERMISSION), tom.past())
                .from(new Sender.Unproven(Denial.SIGNATURE));
        Decision decision = decide(Snapshots.EMPTY, forged);
        assertEquals(new Rejected(NO_PERMISSION), decision.answers().get(0).outcome());
        assertEquals(List.of(Denial.SIGNATURE), decision.denials());
    }

    @Test
    void another_ones_request_is_not_told_to_who_may_not_and_is_a_duplicate_for_who_may() {
        Request again = Requests.adding(9, "rd-1", "r-1", "tom");
        Request other = Requests.adding(10, "rd-1", "r-1", "tim");
        Snapshot stored = stored();

        assertEquals(
                List.of(Denial.NOT_ALLOWED, Denial.NOT_ALLOWED),
                decide(stored, again.from(MALLORY), other.from(MALLORY)).denials());
        assertEquals(List.of(Answer.Kind.DUPLICATE), kinds(decide(stored, again.from(ALICE))));
    }

    @Test
    void the_names_of_a_directory_are_not_told_to_who_may_not() {
        Request sameName = Requests.adding(9, "rd-1", "r-2", "tom").from(MALLORY);
        assertEquals(NO_PERMISSION, codes(decide(stored(), sameName)));
    }

    @Test
    void what_was_decided_stays_decided_whatever_the_policy_says() {
        Request replayed = Requests.addingAgain(5, "rd-1", "r-1", "tom"); // readers ask no sender of such a record
        assertEquals(List.of(Answer.Kind.REPLAYED), kinds(decide(stored(), replayed)));

        Snapshot refused = Snapshots.of(
                Map.of("rd-1", new DirectoryState(0, null, "1")),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(tom.position(), NO_PERMISSION));
        Decision decision = Decision.about(List.of(replayed), refused, 20, Requests.ROOM, policy("*"));
        assertEquals(NO_PERMISSION, codes(decision));
        assertEquals(List.of(), decision.denials(), "counted once");
    }

    @Test
    void a_rebuild_takes_a_published_denial_as_it_was_even_if_the_request_was_granted_to_another() {
        Request denied =
                Requests.addingAgain(9, "rd-1", "r-1", "tom").withAnswerInTopic(new PublishedAnswer(NO_PERMISSION));
        Decision decision = decide(stored(), denied);
        assertEquals(NO_PERMISSION, codes(decision));
        assertEquals(
                List.of(new NewRefusal(
                        denied.position(), NO_PERMISSION, denied.envelope().timestamp())),
                decision.rows().refusals());
        assertEquals(List.of(), decision.rows().rejections());
    }

    @Test
    void a_command_waits_for_the_lock_under_which_the_account_is_read() {
        Request request = Requests.adding(9, "rd-1", "r-1", "tom").from(ALICE);
        Snapshot lockedByOthers = Snapshots.of(Map.of(), stored().contacts(), Map.of(), Map.of(), Map.of());
        assertEquals(List.of(request), decide(lockedByOthers, request).deferred());
        assertEquals(List.of(ErrorCode.CONCURRENT_CALL), codes(decide(Snapshots.EMPTY, request.withoutWaiting())));
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND_EMAIL_VERIFICATION", "SEND_PHONE_VERIFICATION", "DELETE"})
    void each_action_asks_for_a_permission_of_its_own(Action action) {
        Request request =
                Requests.about(9, action, "rd-1", "r-9", "c-0000000000000001").from(ALICE);

        Decision denied = decide(known("1"), request);
        Decision granted =
                Decision.about(List.of(request), known("1"), 20, Requests.ROOM, policy("*", action.operation()));

        assertEquals(NO_PERMISSION, codes(denied));
        assertEquals(List.of(Denial.NOT_ALLOWED), denied.denials());
        assertEquals(List.of(), denied.rows().actions(), "the request id stays free");
        assertEquals(List.of(ErrorCode.CONTACT_NOT_FOUND), codes(granted));
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND_EMAIL_VERIFICATION", "SEND_PHONE_VERIFICATION", "DELETE"})
    void an_action_may_be_denied_or_allowed_of_one_contact(Action action) {
        String one = "acs:resourcemanager:*:1:messagecontact/c-0000000000000001";
        Request ofOne =
                Requests.about(9, action, "rd-1", "r-9", "c-0000000000000001").from(ALICE);
        Request ofAnother =
                Requests.about(10, action, "rd-1", "r-10", "c-0000000000000002").from(ALICE);
        String all = statement("Allow", "*", action.operation(), "acs:resourcemanager:*:1:messagecontact/*");

        Decision withoutOne = decide(policyOf(all, statement("Deny", "*", action.operation(), one)), ofOne, ofAnother);
        Decision onlyOne = decide(policyOf(statement("Allow", "*", action.operation(), one)), ofOne, ofAnother);

        assertEquals(List.of(Denial.DENIED), withoutOne.denials());
        assertEquals(NO_PERMISSION, codes(withoutOne));
        assertEquals(List.of(Denial.NOT_ALLOWED), onlyOne.denials());
        assertEquals(List.of(ErrorCode.CONTACT_NOT_FOUND), codes(onlyOne));
    }

    private static Decision decide(Policy policy, Request... requests) {
        return Decision.about(List.of(requests), known("1"), 20, Requests.ROOM, policy);
    }

    private static Decision decide(Snapshot known, Request... requests) {
        return Decision.about(List.of(requests), known, 20, Requests.ROOM, ONLY_ALICE);
    }

    private static Snapshot known(String accountId) {
        return Snapshots.of(
                Map.of("rd-1", new DirectoryState(0, null, accountId)), Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** With Tom's contact, as made by offset 5. */
    private Snapshot stored() {
        var contact = Requests.contactOf(tom);
        return Snapshots.of(
                Map.of("rd-1", new DirectoryState(1, null, "1")),
                Map.of(
                        contact.contactId(),
                        new StoredContact(contact.fingerprint(), 1234, new RecordId(Requests.TOPIC, 0, 5))),
                Map.of("rd-1", Set.of("tom")),
                Map.of(),
                Map.of());
    }

    private static List<Answer.Kind> kinds(Decision decision) {
        return decision.answers().stream().map(Answer::kind).toList();
    }

    private static List<ErrorCode> codes(Decision decision) {
        return ((Rejected) decision.answers().get(0).outcome()).codes();
    }

    private static Policy policy(String principal) {
        return policy(principal, "AddMessageContact");
    }

    private static Policy policy(String principal, String operation) {
        return policyOf(statement("Allow", principal, operation, "*"));
    }

    private static String statement(String effect, String principal, String operation, String resource) {
        return """
                {"Effect":"%s","Principal":{"RAM":"%s"},"Action":"resourcemanager:%s","Resource":"%s"}""".formatted(effect, principal, operation, resource);
    }

    private static Policy policyOf(String... statements) {
        String document = "{\"Version\":\"1\",\"Statement\":[" + String.join(",", statements) + "]}";
        try {
            return PolicyReader.read(document.getBytes(UTF_8));
        } catch (BrokenFileException e) {
            throw new IllegalStateException(e);
        }
    }
}
