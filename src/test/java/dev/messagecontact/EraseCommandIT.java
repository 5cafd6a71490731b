package dev.messagecontact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.TestStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            assertTrue(again.err().contains("EntityNotExists.Contact"), again.err());
            assertEquals(2, stage.run("erase", "rd-1", ANNA).exitCode(), "nobody can be asked here");
            assertEquals(2, stage.run("erase", "rd-1", "anna", "--yes").exitCode());
        }
    }

    private static List<String> status(TestStage stage) {
        return stage.database().fetch("select status from message_contact").getValues(0, String.class);
    }
}
