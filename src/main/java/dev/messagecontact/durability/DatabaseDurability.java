package dev.messagecontact.durability;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;

import dev.messagecontact.settings.DurabilitySettings;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;

/** Whether a commit in PostgreSQL outlives a crash of the server, as it holds for our own sessions. */
public final class DatabaseDurability {

    private static final String WHERE = "database";
    private static final Field<String> FSYNC = setting("fsync");
    private static final Field<String> FULL_PAGE_WRITES = setting("full_page_writes");
    private static final Field<String> SYNCHRONOUS_COMMIT = setting("synchronous_commit");
    private static final Field<String> STANDBYS = setting("synchronous_standby_names");

    private DatabaseDurability() {}

    /**
     * What was found; empty if all is as it should be, or these servers are for a test.
     *
     * @throws org.jooq.exception.DataAccessException if the database does not answer
     */
    public static List<Finding> of(DSLContext database, DurabilitySettings settings) {
        if (!settings.isExpected()) {
            return List.of();
        }
        Record found = database.select(FSYNC, FULL_PAGE_WRITES, SYNCHRONOUS_COMMIT, STANDBYS)
                .fetchSingle();
        return findings(
                found.get(FSYNC), found.get(FULL_PAGE_WRITES), found.get(SYNCHRONOUS_COMMIT), found.get(STANDBYS));
    }

    static List<Finding> findings(String fsync, String fullPageWrites, String commit, String standbys) {
        List<Finding> findings = new ArrayList<>();
        if (fsync.equals("off")) {
            findings.add(Finding.weak(WHERE, "fsync off: a crash of the machine may destroy the whole database"));
        }
        if (fullPageWrites.equals("off")) {
            findings.add(
                    Finding.weak(WHERE, "full_page_writes off: a crash of the machine may leave half-written pages"));
        }
        if (commit.equals("off")) {
            findings.add(Finding.weak(WHERE, "synchronous_commit off: a crash loses the last commits"));
        } else if (standbys.isBlank()) {
            findings.add(Finding.note(
                    WHERE,
                    "synchronous_standby_names empty: a failover to a standby loses the commits it has not got"));
        } else if (commit.equals("local")) {
            findings.add(Finding.weak(
                    WHERE,
                    "synchronous_commit local: a commit does not wait for the standbys, and a failover loses it"));
        }
        return findings;
    }

    private static Field<String> setting(String name) {
        return field("current_setting({0})", String.class, inline(name)).as(name);
    }
}
