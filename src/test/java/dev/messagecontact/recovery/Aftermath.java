package dev.messagecontact.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.command.Origin;
import dev.messagecontact.recovery.audit.Audit;
import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.recovery.rebuild.Rebuild;
import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.TestStage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What mends a disaster, and what must hold afterwards. */
final class Aftermath {

    private Aftermath() {}

    /** {@code contacts rebuild}. */
    static void rebuild(TestStage stage, boolean acceptGap) {
        Rebuild rebuild = new Rebuild(stage.settings(Map.of()), stage.database(), Progress.NONE);
        rebuild.run(rebuild.missing(), acceptGap);
    }

    /** By the audit, every command has its one answer, and every answer its row. */
    static void assertComplete(TestStage stage) {
        AuditReport report = new Audit(
                        stage.settings(Map.of()), stage.database(), Duration.ofSeconds(30), 20, Progress.NONE)
                .of(Origin.UPSTREAM, Selection.ALL, true);
        assertEquals(List.of(), report.holes());
    }

    /** Each of so many verifications was requested, and none twice. */
    static void assertAskedOnce(TestStage stage, int contacts) {
        List<String> asked = Stream.of(
                        stage.events().emailVerifications(), stage.events().smsVerifications())
                .flatMap(topic -> stage.all(topic).stream())
                .map(event -> EventReader.header(event, "ce_id"))
                .toList();
        assertEquals(2 * contacts, asked.stream().distinct().count(), "by email and by SMS");
        assertEquals(2 * contacts, asked.size(), "nobody is asked twice");
    }
}
