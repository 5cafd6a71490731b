package dev.messagecontact.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.Sender;
import dev.messagecontact.command.CommandRecords;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome.Added;
import dev.messagecontact.outcome.Outcome.Changed;
import dev.messagecontact.outcome.Outcome.Rejected;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import dev.messagecontact.verification.ContactStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What has a past is read as it was then, whatever the settings are now. */
class RequestReaderTest {

    private static final ContactRules RULES = new ContactRules(new RuleSettings(254, Set.of(86), false));
    private static final DecoderLimits WIDE = new DecoderLimits(65_536, 64);
    private static final RecordId POSITION =
            new RecordId(Requests.TOPIC, CommandRecords.PARTITION, CommandRecords.OFFSET);

    private static final String LARGE = "\"" + "x".repeat(1_000) + "\"";
    private static final String DEEP = "[".repeat(10) + "]".repeat(10);

    @ParameterizedTest
    @CsvSource({"SETTLED, large", "SETTLED, deep", "PUBLISHED, large", "PUBLISHED, deep", "REOPENED, deep"})
    void a_contact_that_was_accepted_under_higher_limits_stays_accepted(Past past, String what) {
        ConsumerRecord<byte[], byte[]> command = adding(what);
        Contact contact = Objects.requireNonNull(read(WIDE, command, past).acceptedContact());

        Answer answer = decide(stored(contact), read(narrow(what), command, past));

        assertEquals(new Added(contact, 1234, past != Past.PUBLISHED), answer.outcome());
        assertEquals("r-1", answer.envelope().requestId());
        assertEquals("rd-1", answer.envelope().directoryId());
    }

    @ParameterizedTest
    @CsvSource({
        "true, large, COMMAND_TOO_LARGE",
        "true, deep, COMMAND_TOO_DEEP",
        "false, large, COMMAND_TOO_LARGE",
        "false, deep, COMMAND_TOO_DEEP"
    })
    void one_that_limits_refused_then_is_answered_as_then_by_the_ids_outside_of_its_value(
            boolean refusesToday, String what, ErrorCode code) {
        Request request = read(refusesToday ? narrow(what) : WIDE, adding(what), Past.SETTLED);
        Snapshot refused = Snapshots.of(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(POSITION, List.of(code)));

        Answer answer = decide(refused, request);

        assertEquals(new Rejected(code), answer.outcome());
        assertEquals(
                read(narrow(what), adding(what), Past.NONE).envelope().requestId(),
                answer.envelope().requestId());
        assertEquals("rd-key", answer.envelope().directoryId());
    }

    @ParameterizedTest
    @EnumSource(Past.class)
    void what_nothing_is_known_of_is_refused_by_todays_limits(Past past) {
        assertEquals(
                new Rejected(ErrorCode.COMMAND_TOO_LARGE),
                decide(open(), read(narrow("large"), adding("large"), past)).outcome());
        assertEquals(
                new Rejected(ErrorCode.COMMAND_TOO_LARGE),
                decide(open(), read(narrow("large"), deleting(), past)).outcome());
    }

    @Test
    void what_has_no_past_is_not_read_beyond_the_limits() {
        assertNull(read(narrow("large"), adding("large"), Past.NONE).contactAsSent());
        assertNull(read(narrow("large"), deleting(), Past.NONE).contactAction());
    }

    @Test
    void an_answer_that_was_published_to_a_command_beyond_the_limits_is_made_true_again() {
        PublishedAnswer done = new PublishedAnswer(List.of(), ContactStatus.DELETED, null);
        Request add = read(narrow("large"), adding("large"), Past.PUBLISHED)
                .withAnswerInTopic(new PublishedAnswer(List.of()));
        Request delete = read(narrow("large"), deleting(), Past.PUBLISHED).withAnswerInTopic(done);

        Answer added = decide(open(), add);
        Answer deleted = decide(open(), delete);

        assertEquals("r-1", added.envelope().requestId());
        assertEquals(Added.class, added.outcome().getClass());
        assertEquals("r-2", deleted.envelope().requestId());
        assertEquals(Changed.class, deleted.outcome().getClass());
    }

    @ParameterizedTest
    @CsvSource({"NONE, true", "REOPENED, true", "SETTLED, false", "PUBLISHED, false"})
    void the_sender_is_asked_for_his_permission_unless_the_command_was_decided(Past past, boolean isAsked) {
        Sender sender = new Sender.Unproven(Denial.NO_TOKEN);
        RequestReader reader =
                new RequestReader(Requests.TOPIC, Origin.UPSTREAM, WIDE, RULES, () -> (record, inValue) -> sender);
        for (ConsumerRecord<byte[], byte[]> command : List.of(adding("small"), deleting())) {
            Request request = reader.read(command, past);
            Decision decision = Decision.about(List.of(request), open(), 20, Requests.ROOM);

            assertEquals(isAsked ? List.of(Denial.NO_TOKEN) : List.of(), decision.denials());
        }
    }

    @Test
    void a_reopened_command_that_is_stored_already_keeps_its_answer_when_its_sender_cannot_be_proven_any_more() {
        Request before = read(WIDE, adding("small"), Past.REOPENED);
        Contact contact = Objects.requireNonNull(before.acceptedContact());

        Answer answer = decide(stored(contact), before.from(new Sender.Unproven(Denial.UNKNOWN_KEY)));

        assertEquals(new Added(contact, 1234, true), answer.outcome());
    }

    private static ConsumerRecord<byte[], byte[]> adding(String what) {
        return record("""
                {"RequestId":"r-1","ResourceDirectoryId":"rd-1","Name":"tom","EmailAddress":"tom@example.com",
                 "Title":"CEO","MessageTypes":["ServiceMessage"],"Comment":%s}""".formatted(what.equals("large") ? LARGE : what.equals("deep") ? DEEP : "1"));
    }

    private static ConsumerRecord<byte[], byte[]> deleting() {
        return record("""
                {"Action":"DeleteMessageContact","RequestId":"r-2","ResourceDirectoryId":"rd-1",
                 "ContactId":"c-UnCaInIFdAC377Zi","Comment":%s}""".formatted(LARGE));
    }

    private static ConsumerRecord<byte[], byte[]> record(String value) {
        return CommandRecords.of("rd-key".getBytes(UTF_8), value.getBytes(UTF_8), List.of());
    }

    private static DecoderLimits narrow(String what) {
        return what.equals("large") ? new DecoderLimits(500, 64) : new DecoderLimits(65_536, 5);
    }

    private static Request read(DecoderLimits limits, ConsumerRecord<byte[], byte[]> command, Past past) {
        return new RequestReader(Requests.TOPIC, Origin.UPSTREAM, limits, RULES).read(command, past);
    }

    /** As a command at this position has made it. */
    private static Snapshot stored(Contact contact) {
        return Snapshots.of(
                Map.of(),
                Map.of(contact.contactId(), new StoredContact(contact.fingerprint(), 1234, POSITION)),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static Snapshot open() {
        return Snapshots.of(Map.of("rd-1", Snapshots.directory(0, null)), Map.of(), Map.of(), Map.of(), Map.of());
    }

    private static Answer decide(Snapshot known, Request request) {
        return Decision.about(List.of(request), known, 20, Requests.ROOM)
                .answers()
                .get(0);
    }
}
