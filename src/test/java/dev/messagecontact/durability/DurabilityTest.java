package dev.messagecontact.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.durability.Finding.Level;
import dev.messagecontact.kafka.Retention;
import dev.messagecontact.kafka.TopicConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings of servers are told, and as what. */
class DurabilityTest {

    private static final Duration DAY = Duration.ofDays(1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "on  | on  | on           | db2 | -    | -",
                "on  | on  | remote_apply | db2 | -    | -",
                "off | on  | on           | db2 | WEAK | fsync off",
                "on  | off | on           | db2 | WEAK | full_page_writes off",
                "on  | on  | off          | db2 | WEAK | synchronous_commit off",
                "on  | on  | off          | ''  | WEAK | synchronous_commit off",
                "on  | on  | local        | db2 | WEAK | synchronous_commit local",
                "on  | on  | on           | ''  | NOTE | synchronous_standby_names empty",
                "on  | on  | local        | ''  | NOTE | synchronous_standby_names empty",
            })
    void each_setting_of_the_database_that_may_lose_a_commit_is_told(
            String fsync, String fullPageWrites, String commit, String standbys, Level level, String begin) {
        List<Finding> findings = DatabaseDurability.findings(fsync, fullPageWrites, commit, standbys);
        assertEquals(
                level == null ? List.of() : List.of(level),
                findings.stream().map(Finding::level).toList());
        findings.forEach(finding ->
                assertEquals(begin, finding.remark().split(":")[0].substring(0, begin.length()), finding.remark()));
    }

    @Test
    void all_that_is_wrong_is_told_at_once() {
        assertEquals(3, DatabaseDurability.findings("off", "off", "off", "").size());
    }

    @Test
    void backups_must_be_younger_than_the_oldest_command() {
        assertEquals(Optional.empty(), BrokerDurability.compare(retention("delete", 86_400_001, -1), DAY));
        assertEquals(Optional.empty(), BrokerDurability.compare(retention("delete", -1, -1), DAY));
        assertEquals(Optional.empty(), BrokerDurability.compare(retention("compact", 1, 1), DAY));
        assertEquals(
                Optional.of("retention.ms 86400000 (PT24H), not more than BACKUP_INTERVAL PT24H"),
                BrokerDurability.compare(retention("delete", 86_400_000, -1), DAY));
        assertEquals(
                Optional.of("retention.bytes 5 may delete commands before a backup is PT24H old, the BACKUP_INTERVAL"),
                BrokerDurability.compare(retention("compact,delete", -1, 5), DAY));
    }

    private static Retention retention(String policy, long millis, long bytes) {
        return new TopicConfiguration(
                        Map.of("cleanup.policy", policy, "retention.ms", "" + millis, "retention.bytes", "" + bytes))
                .retention();
    }
}
