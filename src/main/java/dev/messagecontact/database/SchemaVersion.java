package dev.messagecontact.database;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * Compares the schema that a database has with the one that this release was made for. A migration that takes away what
 * older releases use says so in its name: {@code V9__contract_7_...} can be used by releases that know version 7.
 */
public final class SchemaVersion {

    /** The newest migration that this release knows. */
    public static final int OURS = 8;

    private static final Pattern CONTRACTING = Pattern.compile("V[0-9]+__contract_([0-9]+)_.*");

    /** PostgreSQL's error class for it. */
    private static final String UNDEFINED_TABLE = "42P01";

    private SchemaVersion() {}

    /**
     * Why this release cannot use the schema; empty if it can.
     *
     * @throws DataAccessException if the database does not answer, or denies it
     */
    public static Optional<String> problem(DSLContext database) {
        try {
            return problem(database.select(DSL.field("script", String.class))
                    .from(SchemaHistory.TABLE)
                    .where("success and version is not null")
                    .fetchInto(String.class));
        } catch (DataAccessException e) {
            if (e.sqlState().startsWith(UNDEFINED_TABLE)) {
                return Optional.of("schema not found; run `contacts migrate`");
            }
            throw e;
        }
    }

    static Optional<String> problem(List<String> scripts) {
        int version = scripts.stream().mapToInt(SchemaVersion::versionOf).max().orElse(0);
        if (version < OURS) {
            return Optional.of("the schema is at version %d, and this release needs %d; run `contacts migrate`"
                    .formatted(version, OURS));
        }
        int needed = scripts.stream()
                .filter(script -> versionOf(script) > OURS)
                .mapToInt(SchemaVersion::neededBy)
                .max()
                .orElse(0);
        return needed <= OURS
                ? Optional.empty()
                : Optional.of(
                        "the schema is at version %d, which needs a release that knows version %d; this one knows %d: start a newer release"
                                .formatted(version, needed, OURS));
    }

    /** The baseline has no script. */
    private static int versionOf(String script) {
        Matcher matcher = Pattern.compile("V([0-9]+)__.*").matcher(script);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static int neededBy(String script) {
        Matcher matcher = CONTRACTING.matcher(script);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
