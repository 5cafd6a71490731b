package dev.messagecontact.database;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaVersionTest {

    private static final String OURS = "V%d__anything.sql".formatted(SchemaVersion.OURS);

    @Test
    void ours_is_the_newest_migration() {
        int newest = Arrays.stream(requireNonNull(new File("src/main/resources/db/migration").list()))
                .mapToInt(script -> Integer.parseInt(script.substring(1, script.indexOf("__"))))
                .max()
                .orElse(0);
        assertEquals(newest, SchemaVersion.OURS);
    }

    @Test
    void our_own_schema_and_a_newer_one_that_only_adds_can_be_used() {
        assertEquals(Optional.empty(), SchemaVersion.problem(List.of("<< Flyway Baseline >>", "V1__a.sql", OURS)));
        assertEquals(Optional.empty(), SchemaVersion.problem(List.of(OURS, "V98__expand.sql")));
        assertEquals(
                Optional.empty(),
                SchemaVersion.problem(List.of(OURS, "V98__contract_%d_old_column.sql".formatted(SchemaVersion.OURS))));
    }

    @Test
    void an_older_one_wants_a_migration() {
        assertEquals(
                Optional.of("the schema is at version 3, and this release needs %d; run `contacts migrate`"
                        .formatted(SchemaVersion.OURS)),
                SchemaVersion.problem(List.of("V1__a.sql", "V3__c.sql")));
    }

    @Test
    void a_newer_one_that_has_taken_away_what_we_use_wants_a_newer_release() {
        assertEquals(
                Optional.of(
                        "the schema is at version 99, which needs a release that knows version 97; this one knows %d:"
                                        .formatted(SchemaVersion.OURS)
                                + " start a newer release"),
                SchemaVersion.problem(List.of(OURS, "V98__contract_97_old_column.sql", "V99__expand.sql")));
    }
}
