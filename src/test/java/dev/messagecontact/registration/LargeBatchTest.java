package dev.messagecontact.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ContactCommand;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.validation.ActionRules;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The work of a decision grows with the batch, not with its square: a batch may have 100,000 commands. */
class LargeBatchTest {

    private static final int COMMANDS = 20_000;
    private static final int MOST_SECONDS = 2; // of the processor's; those that grew with the square took up to 27
    private static final String CONTACT = "c-0000000000000001";
    private static final Map<String, DirectoryState> DIRECTORY = Map.of("rd-1", Snapshots.directory(0, null));

    @Test
    void with_many_deletions() {
        decide(DIRECTORY, i -> switch (i % 4) {
            case 0 -> Requests.adding(i, "rd-1", "r-" + i, "tom");
            case 1 -> Requests.adding(i, "rd-1", "r-" + i, "tom");
            case 2 -> Requests.about(i, Action.SEND_EMAIL_VERIFICATION, "rd-1", "r-" + i, made(i - 2));
            default -> Requests.about(i, Action.DELETE, "rd-1", "r-" + i, made(i - 3));
        });
    }

    @Test
    void with_one_request_that_comes_again_and_again_while_its_directory_is_locked() {
        decide(Map.of(), i -> Requests.adding(i, "rd-1", "r-1", "tom"));
    }

    @Test
    void with_confirmations_that_all_have_one_request_id() {
        decide(DIRECTORY, i -> confirming(i, "r-1"));
    }

    @Test
    void with_confirmations_of_a_contact_that_is_not_known_yet() {
        decide(DIRECTORY, i -> confirming(i, "r-" + i));
    }

    @Test
    void met_again_after_a_crash() {
        List<Request> batch = IntStream.range(0, COMMANDS)
                .mapToObj(i -> Requests.adding(i, "rd-1", "r-1", "tom"))
                .toList();
        Decision first = decide(Map.of(), batch::get);
        Map<String, List<StoredRejection>> known = Map.of(
                batch.get(0).acceptedContact().contactId(),
                first.rows().rejections().stream()
                        .map(each -> new StoredRejection("rd-1", each.code(), each.fingerprint(), each.source()))
                        .toList());

        decide(Snapshots.of(Map.of(), Map.of(), Map.of(), known, Map.of()), Requests.settled(batch));
    }

    private static Decision decide(Map<String, DirectoryState> directories, IntFunction<Request> command) {
        List<Request> batch = IntStream.range(0, COMMANDS).mapToObj(command).toList();
        return decide(Snapshots.of(directories, Map.of(), Map.of(), Map.of(), Map.of()), batch);
    }

    private static Decision decide(Snapshot known, List<Request> batch) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Decision decision = Decision.about(batch, known, 20, Room.turningAway(0));
        long seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1_000_000_000;
        assertEquals(COMMANDS, decision.answers().size());
        assertTrue(seconds < MOST_SECONDS, () -> seconds + " seconds");
        return decision;
    }

    private static String made(int offset) {
        return DerivedIds.contactId("rd-1", "r-" + offset);
    }

    private static Request confirming(int offset, String requestId) {
        String verificationId = "v-" + String.format("%016d", offset);
        ContactCommand command =
                new ContactCommand(Action.CONFIRM, requestId, "rd-1", CONTACT, null, null, verificationId, Set.of());
        Request about = Requests.about(offset, Action.CONFIRM, "rd-1", requestId, CONTACT);
        return new Request(about.envelope(), about.position(), ActionRules.check(command), Past.NONE);
    }
}
