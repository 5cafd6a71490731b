package dev.messagecontact.registration;

import static dev.messagecontact.registration.Requests.TOPIC;
import static dev.messagecontact.registration.Requests.adding;
import static dev.messagecontact.registration.Requests.addingAgain;
import static dev.messagecontact.registration.Requests.contactOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ContactCommand;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Rows;
import dev.messagecontact.directory.Rows.EarlyConfirmation;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Rows.NewRefusal;
import dev.messagecontact.directory.Rows.NewRejection;
import dev.messagecontact.directory.Rows.Tombstone;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Answer.Kind;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.validation.ActionRules;
import dev.messagecontact.validation.Checked.Refused;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecisionTest {

    private static final String VERIFICATION = "v-LWqNqHHBk4YmCYUT";
    private static final int LIMIT = 20;
    private static final Snapshot NEW_DIRECTORY = snapshot(0, Set.of());

    @Test
    void a_new_name_in_a_directory_with_room_is_added_and_verified() {
        Request tom = adding(5, "rd-1", "r-1", "tom");

        Decision decision = Decision.about(List.of(tom), NEW_DIRECTORY, LIMIT, Requests.ROOM);

        long createdAt = tom.envelope().timestamp();
        assertEquals(
                decision(
                        List.of(answer(tom, Kind.NEW, new Added(contactOf(tom), createdAt, true))),
                        List.of(),
                        List.of(new NewContact(contactOf(tom), createdAt, tom.position())),
                        List.of(),
                        List.of()),
                decision);
    }

    @Test
    void a_name_already_used_is_rejected_and_the_rejection_is_remembered() {
        Request tom = adding(5, "rd-1", "r-1", "tom");

        Decision decision = Decision.about(List.of(tom), snapshot(1, Set.of("tom")), LIMIT, Requests.ROOM);

        assertEquals(
                decision(
                        List.of(answer(tom, Kind.NEW, new Rejected(ErrorCode.NAME_ALREADY_USED))),
                        List.of(),
                        List.of(),
                        List.of(rejection(tom, ErrorCode.NAME_ALREADY_USED)),
                        List.of()),
                decision);
    }

    @Test
    void the_second_use_of_a_name_in_one_batch_is_rejected() {
        Request first = adding(5, "rd-1", "r-1", "tom");
        Request second = adding(6, "rd-1", "r-2", "tom");

        assertEquals(
                List.of(added(first, true), new Rejected(ErrorCode.NAME_ALREADY_USED)),
                outcomes(NEW_DIRECTORY, first, second));
    }

    @Test
    void names_are_told_apart_by_case() {
        Request tom = adding(5, "rd-1", "r-1", "Tom");

        assertEquals(List.of(added(tom, true)), outcomes(snapshot(1, Set.of("tom")), tom));
    }

    @Test
    void a_full_directory_takes_no_contact() {
        Request tom = adding(5, "rd-1", "r-1", "tom");

        assertEquals(List.of(new Rejected(ErrorCode.CONTACT_LIMIT_EXCEEDED)), outcomes(snapshot(20, Set.of()), tom));
    }

    @Test
    void contacts_of_the_batch_itself_fill_the_directory() {
        Request nineteenth = adding(5, "rd-1", "r-1", "tom");
        Request tooMany = adding(6, "rd-1", "r-2", "tim");

        assertEquals(
                List.of(added(nineteenth, true), new Rejected(ErrorCode.CONTACT_LIMIT_EXCEEDED)),
                outcomes(snapshot(19, Set.of()), nineteenth, tooMany));
    }

    @Test
    void a_used_name_in_a_full_directory_is_called_used() {
        Request tom = adding(5, "rd-1", "r-1", "tom");

        assertEquals(List.of(new Rejected(ErrorCode.NAME_ALREADY_USED)), outcomes(snapshot(20, Set.of("tom")), tom));
    }

    @Test
    void a_directory_s_own_limit_goes_before_the_setting() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Snapshot roomForOne =
                Snapshots.of(Map.of("rd-1", Snapshots.directory(20, 21)), Map.of(), Map.of(), Map.of(), Map.of());
        Snapshot closed =
                Snapshots.of(Map.of("rd-1", Snapshots.directory(0, 0)), Map.of(), Map.of(), Map.of(), Map.of());

        assertEquals(List.of(added(tom, true)), outcomes(roomForOne, tom));
        assertEquals(List.of(new Rejected(ErrorCode.CONTACT_LIMIT_EXCEEDED)), outcomes(closed, tom));
    }

    @Test
    void after_a_crash_the_record_gets_all_its_events_again() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Snapshot known = withContact(tom, tom.position(), 1234);

        Decision decision = Decision.about(List.of(tom), known, LIMIT, Requests.ROOM);

        assertEquals(
                decision(
                        List.of(answer(tom, Kind.RECOVERED, new Added(contactOf(tom), 1234, true))),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()),
                decision);
    }

    @Test
    void another_record_with_the_same_request_and_content_gets_the_same_result_and_no_verification() {
        Request again = adding(9, "rd-1", "r-1", "tom");
        Snapshot known = withContact(again, new RecordId(TOPIC, 0, 5), 1234);

        assertEquals(
                List.of(answer(again, Kind.DUPLICATE, new Added(contactOf(again), 1234, false))),
                Decision.about(List.of(again), known, LIMIT, Requests.ROOM).answers());
    }

    @Test
    void the_same_position_in_a_topic_made_anew_is_another_record() {
        Request again = adding(5, "rd-1", "r-1", "tom");
        Snapshot known = withContact(again, new RecordId(new UUID(1, 2), 0, 5), 1234);

        assertEquals(
                List.of(answer(again, Kind.DUPLICATE, new Added(contactOf(again), 1234, false))),
                Decision.about(List.of(again), known, LIMIT, Requests.ROOM).answers());
    }

    @Test
    void the_same_request_twice_in_one_batch_is_stored_once() {
        Request first = adding(5, "rd-1", "r-1", "tom");
        Request again = adding(6, "rd-1", "r-1", "tom");

        Decision decision = Decision.about(List.of(first, again), NEW_DIRECTORY, LIMIT, Requests.ROOM);

        assertEquals(1, decision.rows().contacts().size());
        assertEquals(
                answer(
                        again,
                        Kind.DUPLICATE,
                        new Added(contactOf(again), first.envelope().timestamp(), false)),
                decision.answers().get(1));
    }

    @Test
    void the_same_request_with_other_content_is_a_mismatch_which_is_remembered() {
        Request other = adding(9, "rd-1", "r-1", "tim");
        Request first = adding(5, "rd-1", "r-1", "tom");
        Snapshot known = withContact(first, first.position(), 1234);

        Decision decision = Decision.about(List.of(other), known, LIMIT, Requests.ROOM);

        assertEquals(
                decision(
                        List.of(answer(other, Kind.NEW, new Rejected(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH))),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(new NewRefusal(
                                other.position(),
                                List.of(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH),
                                other.envelope().timestamp()))),
                decision);
    }

    @Test
    void a_rejected_request_gets_its_rejection_again_even_if_it_could_succeed_now() {
        Request again = adding(9, "rd-1", "r-1", "tom");
        Snapshot known = withRejection(again, new RecordId(TOPIC, 0, 5), ErrorCode.NAME_ALREADY_USED);

        Decision decision = Decision.about(List.of(again), known, LIMIT, Requests.ROOM);

        assertEquals(
                decision(
                        List.of(answer(again, Kind.DUPLICATE, new Rejected(ErrorCode.NAME_ALREADY_USED))),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()),
                decision);
    }

    @Test
    void a_rejected_request_with_other_content_is_a_mismatch() {
        Request first = adding(5, "rd-1", "r-1", "tom");
        Request other = adding(9, "rd-1", "r-1", "tim");
        Snapshot known = withRejection(first, first.position(), ErrorCode.NAME_ALREADY_USED);

        assertEquals(List.of(new Rejected(ErrorCode.IDEMPOTENT_PARAMETER_MISMATCH)), outcomes(known, other));
    }

    @Test
    void a_request_that_met_a_lock_is_decided_anew() {
        Request again = adding(9, "rd-1", "r-1", "tom");
        Snapshot known = withRejection(again, new RecordId(TOPIC, 0, 5), ErrorCode.CONCURRENT_CALL);

        assertEquals(List.of(added(again, true)), outcomes(known, again));
    }

    @Test
    void the_very_record_that_met_a_lock_keeps_its_answer() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Snapshot known = withRejection(tom, tom.position(), ErrorCode.CONCURRENT_CALL);

        assertEquals(
                List.of(answer(tom, Kind.RECOVERED, new Rejected(ErrorCode.CONCURRENT_CALL))),
                Decision.about(List.of(tom), known, LIMIT, Requests.ROOM).answers());
    }

    @Test
    void a_replayed_record_is_answered_as_history_did_and_verifies_nothing() {
        Request own = addingAgain(5, "rd-1", "r-1", "tom");
        Snapshot known = withContact(own, own.position(), 1234);

        assertEquals(
                List.of(answer(own, Kind.REPLAYED, new Added(contactOf(own), 1234, false))),
                Decision.about(List.of(own), known, LIMIT, Requests.ROOM).answers());
    }

    @Test
    void a_replayed_rejection_is_told_again_though_the_name_is_free_now() {
        Request own = addingAgain(5, "rd-1", "r-1", "tom");
        Snapshot known = withRejection(own, own.position(), ErrorCode.NAME_ALREADY_USED);

        assertEquals(
                List.of(answer(own, Kind.REPLAYED, new Rejected(ErrorCode.NAME_ALREADY_USED))),
                Decision.about(List.of(own), known, LIMIT, Requests.ROOM).answers());
    }

    @Test
    void a_replayed_record_that_met_a_lock_before_its_request_succeeded_keeps_its_429() {
        Request met = addingAgain(5, "rd-1", "r-1", "tom");
        Request succeeded = addingAgain(9, "rd-1", "r-1", "tom");
        Snapshot known = Snapshots.of(
                Map.of("rd-1", Snapshots.directory(1, null)),
                withContact(succeeded, succeeded.position(), 1234).contacts(),
                Map.of("rd-1", Set.of("tom")),
                withRejection(met, met.position(), ErrorCode.CONCURRENT_CALL).rejections(),
                Map.of());

        assertEquals(
                List.of(new Rejected(ErrorCode.CONCURRENT_CALL), new Added(contactOf(succeeded), 1234, false)),
                outcomes(known, met, succeeded));
    }

    @Test
    void a_command_whose_directory_is_locked_waits_and_is_told_so_when_its_time_is_over() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Request overdue = adding(6, "rd-1", "r-2", "tim").withoutWaiting();
        Request elsewhere = adding(7, "rd-2", "r-1", "tom");
        Snapshot onlyTheOther =
                Snapshots.of(Map.of("rd-2", Snapshots.directory(0, null)), Map.of(), Map.of(), Map.of(), Map.of());

        Decision decision = Decision.about(List.of(tom, overdue, elsewhere), onlyTheOther, LIMIT, Requests.ROOM);

        long createdAt = elsewhere.envelope().timestamp();
        assertEquals(
                decision(
                        List.of(
                                answer(overdue, Kind.NEW, new Rejected(ErrorCode.CONCURRENT_CALL)),
                                answer(elsewhere, Kind.NEW, added(elsewhere, true))),
                        List.of(tom),
                        List.of(new NewContact(contactOf(elsewhere), createdAt, elsewhere.position())),
                        List.of(rejection(overdue, ErrorCode.CONCURRENT_CALL)),
                        List.of()),
                decision);
    }

    @Test
    void a_command_decided_before_does_not_wait_for_its_locked_directory() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Snapshot locked =
                Snapshots.of(Map.of(), withContact(tom, tom.position(), 1234).contacts(), Map.of(), Map.of(), Map.of());

        assertEquals(List.of(new Added(contactOf(tom), 1234, true)), outcomes(locked, tom));
    }

    @Test
    void a_command_refused_by_the_field_rules_needs_no_directory() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Request refused =
                new Request(tom.envelope(), tom.position(), new Refused(List.of(ErrorCode.MISSING_NAME)), Past.NONE);

        assertEquals(List.of(new Rejected(ErrorCode.MISSING_NAME)), outcomes(Snapshots.EMPTY, refused));
    }

    @Test
    void beyond_the_room_for_waiting_commands_a_locked_directory_is_told_at_once() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Request tim = adding(6, "rd-1", "r-2", "tim");
        Snapshot locked = Snapshots.EMPTY;

        Decision decision = Decision.about(List.of(tom, tim), locked, LIMIT, Room.turningAway(1));

        assertEquals(List.of(tom), decision.deferred());
        assertEquals(List.of(answer(tim, Kind.NEW, new Rejected(ErrorCode.CONCURRENT_CALL))), decision.answers());
    }

    @Test
    void while_nobody_is_to_be_turned_away_nothing_is_decided_without_room_for_all_that_must_wait() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Request tim = adding(6, "rd-1", "r-2", "tim");
        Request overdue = adding(4, "rd-1", "r-0", "ann").withoutWaiting();

        assertEquals(
                List.of(tom),
                Decision.about(List.of(overdue, tom), Snapshots.EMPTY, LIMIT, new Room(1, false))
                        .deferred());
        assertThrows(
                NoRoomException.class,
                () -> Decision.about(List.of(tom, tim), Snapshots.EMPTY, LIMIT, new Room(1, false)));
    }

    @Test
    void what_field_rules_have_answered_stays_the_answer_when_they_would_accept_it_now() {
        Request tom = at(adding(5, "rd-1", "r-1", "tom"), Past.SETTLED);
        Snapshot known = Snapshots.of(
                Map.of("rd-1", Snapshots.directory(0, null)),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(tom.position(), List.of(ErrorCode.INVALID_MOBILE_COUNTRY_CODE)));

        Decision decision = Decision.about(List.of(tom), known, LIMIT, Requests.ROOM);

        assertEquals(
                List.of(answer(tom, Kind.RECOVERED, new Rejected(ErrorCode.INVALID_MOBILE_COUNTRY_CODE))),
                decision.answers());
        assertEquals(List.of(), decision.rows().contacts());
    }

    @Test
    void a_contact_that_exists_stays_the_answer_when_field_rules_would_refuse_it_now() {
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Request own = refusedNow(tom, tom.position());
        Request repeat = refusedNow(tom, new RecordId(TOPIC, 0, 9));
        Snapshot known = withContact(tom, tom.position(), 1234);

        assertEquals(List.of(new Added(contactOf(tom), 1234, true)), outcomes(known, own));
        assertEquals(List.of(new Added(contactOf(tom), 1234, false)), outcomes(known, repeat));
    }

    @Test
    void a_refused_command_with_other_content_than_its_request_gets_the_field_rule_s_code() {
        Request first = adding(5, "rd-1", "r-1", "tom");
        Request other = refusedNow(adding(9, "rd-1", "r-1", "tim"), new RecordId(TOPIC, 0, 9));

        assertEquals(
                List.of(new Rejected(ErrorCode.INVALID_MOBILE_COUNTRY_CODE)),
                outcomes(withContact(first, first.position(), 1234), other));
    }

    @Test
    void what_was_published_goes_before_today_s_rules_and_limits() {
        Request refused = adding(5, "rd-1", "r-1", "tom")
                .withAnswerInTopic(new PublishedAnswer(List.of(ErrorCode.INVALID_MOBILE_COUNTRY_CODE)));
        Request limited = adding(6, "rd-1", "r-2", "tim")
                .withAnswerInTopic(new PublishedAnswer(List.of(ErrorCode.CONTACT_LIMIT_EXCEEDED)));
        Request added = refusedNow(adding(7, "rd-1", "r-3", "kim"), new RecordId(TOPIC, 0, 7))
                .withAnswerInTopic(new PublishedAnswer(List.of()));
        Snapshot full = snapshot(LIMIT, Set.of());

        Decision decision = Decision.about(List.of(refused, limited, added), full, LIMIT, Requests.ROOM);

        assertEquals(
                List.of(
                        new Rejected(ErrorCode.INVALID_MOBILE_COUNTRY_CODE),
                        new Rejected(ErrorCode.CONTACT_LIMIT_EXCEEDED),
                        new Added(added.contactAsSent(), added.envelope().timestamp(), true)),
                decision.answers().stream().map(Answer::outcome).toList());
        assertEquals(1, decision.rows().refusals().size());
        assertEquals(1, decision.rows().rejections().size());
        assertEquals(1, decision.rows().contacts().size());
    }

    /** Rules that refused it then accept it now, a directory was locked: in the history of its request it has no part. */
    @ParameterizedTest
    @EnumSource(names = {"INVALID_MOBILE_COUNTRY_CODE", "CONCURRENT_CALL", "INTERNAL_ERROR"})
    void a_published_refusal_goes_before_what_was_decided_for_another_record_of_its_request(ErrorCode code) {
        PublishedAnswer refusal = new PublishedAnswer(List.of(code));
        Request first = adding(5, "rd-1", "r-1", "tom");
        Request same = adding(6, "rd-1", "r-1", "tom").withAnswerInTopic(refusal);
        Request other = adding(7, "rd-1", "r-1", "tim").withAnswerInTopic(refusal);
        Request delete = Requests.about(
                        8, Action.DELETE, "rd-1", "r-1", contactOf(first).contactId())
                .withAnswerInTopic(refusal);

        assertEquals(
                Collections.nCopies(3, new Rejected(code)),
                outcomes(withContact(first, first.position(), 1234), same, other, delete));
    }

    /** As a rebuild may read them: when they were decided, the content of the first was erased, so nothing was compared. */
    @Test
    void a_published_answer_goes_before_what_it_would_be_if_content_were_compared() {
        ErrorCode used = ErrorCode.NAME_ALREADY_USED;
        Request tom = adding(5, "rd-1", "r-1", "tom");
        Request tim = adding(6, "rd-1", "r-1", "tim").withAnswerInTopic(new PublishedAnswer(List.of(used)));
        PublishedAnswer sent = new PublishedAnswer(List.of(), ContactStatus.VERIFYING, Channel.EMAIL);
        Request first = sendingTo(7, "a@example.com").withAnswerInTopic(sent);
        Request second = sendingTo(8, "b@example.com").withAnswerInTopic(sent);

        assertEquals(List.of(new Rejected(used)), outcomes(withRejection(tom, tom.position(), used), tim));
        List<Outcome> outcomes = outcomes(snapshot(0, Set.of()), first, second);
        assertEquals(outcomes.get(0), outcomes.get(1));
    }

    private static Request sendingTo(long offset, String address) {
        ContactCommand command = new ContactCommand(
                Action.SEND_EMAIL_VERIFICATION,
                "s-1",
                "rd-1",
                DerivedIds.contactId("rd-1", "r-1"),
                address,
                null,
                null,
                Set.of());
        Request other = adding(offset, "rd-1", "s-1", "tom");
        return new Request(other.envelope(), other.position(), ActionRules.check(command), Past.PUBLISHED);
    }

    /** A rebuild reads partitions in the order of their timestamps, and clocks differ. */
    @Test
    void what_was_done_and_needs_others_first_is_postponed_until_none_are_left() {
        Request add = adding(5, "rd-1", "r-1", "tom").withAnswerInTopic(new PublishedAnswer(List.of()));
        PublishedAnswer sent = new PublishedAnswer(List.of(), ContactStatus.VERIFYING, Channel.EMAIL);
        Request send = sendingTo(6, "someone@example.com").withAnswerInTopic(sent);
        Request asked = sendingTo(7, "someone@example.com")
                .withAnswerInTopic(new PublishedAnswer(List.of(ErrorCode.VERIFICATION_NOT_FOUND)));
        List<Request> requests = List.of(send, asked, add);
        Snapshot nameIsTaken = snapshot(1, Set.of("tom"));

        Decision first = Decision.about(requests, nameIsTaken, LIMIT, Room.POSTPONING);
        assertEquals(requests, first.postponed());
        assertEquals(List.of(), first.answers());
        assertEquals(Rows.NONE, first.rows());
        Decision last = Decision.about(requests, nameIsTaken, LIMIT, Room.NONE);
        assertEquals(List.of(), last.postponed());
        assertEquals(3, last.answers().size());
    }

    /** They are on two partitions. */
    @Test
    void of_two_confirmations_of_what_is_not_known_yet_the_earlier_is_kept_whichever_is_read_first() {
        EarlyConfirmation early = confirmed(5);
        EarlyConfirmation late = confirmed(9);
        Snapshot lateIsKept = snapshot(0, Set.of());
        lateIsKept.early().put(late.key(), Map.of(late.verificationId(), late.at()));
        Snapshot earlyIsKept = snapshot(0, Set.of());
        earlyIsKept.early().put(early.key(), Map.of(early.verificationId(), early.at()));

        assertEquals(
                List.of(early),
                rows(snapshot(0, Set.of()), confirming(9), confirming(5)).early());
        assertEquals(
                List.of(early),
                rows(snapshot(0, Set.of()), confirming(5), confirming(9)).early());
        assertEquals(List.of(early), rows(lateIsKept, confirming(5)).early());
        assertEquals(List.of(late), rows(lateIsKept, confirming(5)).matched(), "it makes room");
        assertEquals(List.of(), rows(earlyIsKept, confirming(9)).early());
    }

    private static Rows rows(Snapshot known, Request... requests) {
        return Decision.about(List.of(requests), known, LIMIT, Requests.ROOM).rows();
    }

    private static Request confirming(long offset) {
        ContactCommand command = new ContactCommand(
                Action.CONFIRM, "r-9", "rd-1", DerivedIds.contactId("rd-1", "r-1"), null, null, VERIFICATION, Set.of());
        Request other = adding(offset, "rd-1", "r-9", "tom");
        return new Request(other.envelope(), other.position(), ActionRules.check(command), Past.NONE);
    }

    private static EarlyConfirmation confirmed(long offset) {
        ContactKey key = new ContactKey("rd-1", DerivedIds.contactId("rd-1", "r-1"));
        return new EarlyConfirmation(
                key, VERIFICATION, confirming(offset).envelope().timestamp());
    }

    /** As a rebuild may read them; the name is another contact's by now. */
    @Test
    void who_was_deleted_before_the_command_that_made_the_contact_is_read_is_stored_as_deleted() {
        Request add = adding(9, "rd-1", "r-1", "tom").withAnswerInTopic(new PublishedAnswer(List.of()));
        String contactId = contactOf(add).contactId();
        Request delete = Requests.about(5, Action.DELETE, "rd-1", "d-1", contactId)
                .withAnswerInTopic(new PublishedAnswer(List.of(), ContactStatus.DELETED, null));
        Tombstone tombstone = new Tombstone(
                new NewContact(contactOf(add), add.envelope().timestamp(), add.position()),
                delete.envelope().timestamp());

        Rows together = Decision.about(List.of(delete, add), snapshot(1, Set.of("tom")), LIMIT, Requests.ROOM)
                .rows();
        Snapshot later = snapshot(1, Set.of("tom"));
        later.deletions()
                .put(new ContactKey("rd-1", contactId), delete.envelope().timestamp());
        Rows afterwards =
                Decision.about(List.of(add), later, LIMIT, Requests.ROOM).rows();

        assertEquals(List.of(tombstone), together.tombstones());
        assertEquals(List.of(tombstone), afterwards.tombstones());
        assertEquals(List.of(), together.contacts());
        assertEquals(List.of(), afterwards.contacts());
        assertNull(together.actions().get(0).fingerprint());
    }

    private static Decision decision(
            List<Answer> answers,
            List<Request> deferred,
            List<NewContact> contacts,
            List<NewRejection> rejections,
            List<NewRefusal> refusals) {
        BatchRows rows = new BatchRows();
        contacts.forEach(contact -> rows.contacts.put(contact.key(), contact));
        rows.rejections.addAll(rejections);
        rows.refusals.addAll(refusals);
        return new Decision(answers, deferred, List.of(), List.of(), rows.toStore());
    }

    private static Request at(Request request, Past past) {
        return new Request(request.envelope(), request.position(), request.checked(), past);
    }

    /** The same command under settings that refuse its number. */
    private static Request refusedNow(Request accepted, RecordId position) {
        Refused refused = new Refused(List.of(ErrorCode.INVALID_MOBILE_COUNTRY_CODE), contactOf(accepted));
        return new Request(accepted.envelope(), position, refused, Past.NONE);
    }

    private static List<Outcome> outcomes(Snapshot known, Request... requests) {
        return Decision.about(List.of(requests), known, LIMIT, Requests.ROOM).answers().stream()
                .map(Answer::outcome)
                .toList();
    }

    private static Added added(Request request, boolean verify) {
        return new Added(contactOf(request), request.envelope().timestamp(), verify);
    }

    private static Answer answer(Request request, Kind kind, Outcome outcome) {
        return new Answer(request.envelope(), kind, outcome);
    }

    private static NewRejection rejection(Request request, ErrorCode code) {
        return new NewRejection(contactOf(request), code, request.envelope().timestamp(), request.position());
    }

    private static Snapshot snapshot(int contactCount, Set<String> usedNames) {
        return Snapshots.of(
                Map.of("rd-1", Snapshots.directory(contactCount, null)),
                Map.of(),
                Map.of("rd-1", usedNames),
                Map.of(),
                Map.of());
    }

    private static Snapshot withContact(Request request, RecordId source, long createdAt) {
        StoredContact stored = new StoredContact(contactOf(request).fingerprint(), createdAt, source);
        return Snapshots.of(
                Map.of("rd-1", Snapshots.directory(1, null)),
                Map.of(contactOf(request).contactId(), stored),
                Map.of("rd-1", Set.of(contactOf(request).name())),
                Map.of(),
                Map.of());
    }

    private static Snapshot withRejection(Request request, RecordId source, ErrorCode code) {
        StoredRejection stored =
                new StoredRejection("rd-1", code, contactOf(request).fingerprint(), source);
        return Snapshots.of(
                Map.of("rd-1", Snapshots.directory(0, null)),
                Map.of(),
                Map.of(),
                Map.of(contactOf(request).contactId(), List.of(stored)),
                Map.of());
    }
}
