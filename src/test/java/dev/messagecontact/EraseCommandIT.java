package dev.messagecontact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EraseCommandIT {

    private static final String ANNA = DerivedIds.contactId("rd-1", "r-anna");

    @Test
    void a_person_is_erased_and_the_operator_learns_where_the_data_still_stands(@TempDir Path folder) throws Exception {
        try (TestStage stage = TestStage.with(2)) {
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-anna", "anna")));
            stage.startWorker();
            stage.answers(1);
            Path confirmation = Files.writeString(
                    folder.resolve("f"),
                    "{\"ResourceDirectoryId\":\"rd-1\",\"ContactId\":\"%s\",\"VerificationId\":\"%s\"}%n"
                            .formatted(ANNA, DerivedIds.verificationId(ANNA, "email", "anna@example.com")));

            assertEquals(
                    0,
                    stage.run("submit", "--outcomes", confirmation.toString()).exitCode());
            stage.answers(2);
            assertEquals(List.of("Active"), status(stage));

            CommandLineRun erased = stage.run("erase", "rd-1", ANNA, "--yes");
            assertEquals(0, erased.exitCode(), erased.err());
            String requestId = erased.err().replaceFirst("(?s).*RequestId of the deletion: (\\S+).*", "$1");
            assertTrue(
                    erased.out().contains("deleted: %s of rd-1 by RequestId %s".formatted(ANNA, requestId)),
                    erased.out() + erased.err());
            assertTrue(requestId.startsWith("erase-"), requestId);
            for (String topic : List.of(
                    stage.commands(),
                    stage.events().emailVerifications(),
                    stage.events().smsVerifications(),
                    stage.events().deadLetters())) {
                assertTrue(erased.out().matches("(?s).*" + topic + " +20\\d\\d-.*"), erased.out());
            }
            assertFalse(erased.out().contains("anna"), erased.out());
            assertEquals(List.of("Deleted"), status(stage));

            CommandLineRun again = stage.run("erase", "rd-1", ANNA, "--yes");
            assertEquals(1, again.exitCode());
            assertTrue(
                    again.err()
                            .contains("there is no such contact: it was deleted before, or never was:"
                                    + " EntityNotExists.Contact"),
                    again.err());
            assertTrue(again.out().matches("(?s).*" + stage.commands() + " +20\\d\\d-.*"), again.out());
            assertEquals(2, stage.run("erase", "rd-1", ANNA).exitCode(), "nobody can be asked here");
            assertEquals(2, stage.run("erase", "rd-1", "anna", "--yes").exitCode());
        }
    }

    /** What ops/runbooks/data-subject-requests.md says may bring the person back: no contact came of either command before. */
    @Test
    void a_command_under_another_request_id_that_had_failed_before_brings_an_erased_person_back_if_it_is_sent_again() {
        try (TestStage stage = TestStage.with(1)) {
            stage.submit(List.of(Commands.adding(stage, "rd-1", "r-refused", "anna")));
            RunningWorker strict = stage.startWorker(Map.of("PHONE_COUNTRY_CODES", "49"));
            stage.answers(1);
            strict.stop();
            failCommandsThat(stage, "new.request_id = 'r-failed'");
            stage.submit(List.of(
                    Commands.adding(stage, "rd-1", "r-failed", "anna"),
                    Commands.adding(stage, "rd-1", "r-anna", "anna")));
            stage.startWorker();
            assertEquals(List.of("InvalidParameter.MobileCountryCode", "InternalError", "Added"), stage.codes(3));
            stage.database().execute("drop trigger fail on message_contact");
            assertEquals(0, stage.run("erase", "rd-1", ANNA, "--yes").exitCode());
            assertEquals(1, mails(stage));
            assertEquals(List.of("Deleted"), status(stage));

            assertEquals(0, stage.run("dead-letters", "redrive", "--yes").exitCode());
            stage.answers(5);
            assertEquals(List.of("Deleted", "Verifying"), status(stage));
            assertEquals(2, mails(stage));
            assertEquals(
                    0,
                    stage.run("erase", "rd-1", DerivedIds.contactId("rd-1", "r-failed"), "--yes")
                            .exitCode());

            assertEquals(0, stage.run("resubmit", "--yes").exitCode());
            stage.answers(7);
            assertEquals(List.of("Deleted", "Deleted", "Verifying"), status(stage));
            assertEquals(3, mails(stage));
        }
    }

    private static void failCommandsThat(TestStage stage, String condition) {
        stage.database()
                .execute("create function fail() returns trigger language plpgsql as"
                        + " $$ begin raise exception 'no' using errcode = '22000'; end $$");
        stage.database()
                .execute("create trigger fail before insert on message_contact for each row when (" + condition
                        + ") execute function fail()");
    }

    private static int mails(TestStage stage) {
        return stage.all(stage.events().emailVerifications()).size();
    }

    private static List<String> status(TestStage stage) {
        return stage.database()
                .fetch("select status from message_contact order by status")
                .getValues(0, String.class);
    }
}
