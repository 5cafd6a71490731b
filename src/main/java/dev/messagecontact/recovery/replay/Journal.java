package dev.messagecontact.recovery.replay;

import static dev.messagecontact.database.schema.Tables.REPLAY;

import dev.messagecontact.fault.OperatorException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Who replayed what, when; kept in the database. Any thread may call it. */
public final class Journal {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final DSLContext database;

    public Journal(DSLContext database) {
        this.database = database;
    }

    /**
     * A replay that was begun.
     *
     * @param startedBy user and host
     * @param endedAt null if it is not finished
     * @param answers published by the runs that ended normally
     */
    public record Entry(
            String id,
            ReplayPlan plan,
            String startedBy,
            Instant startedAt,
            @Nullable Instant endedAt,
            long answers) {}

    /**
     * Notes that a replay begins.
     *
     * @throws OperatorException if there is one of this id
     */
    public void begin(String id, ReplayPlan plan, String startedBy, Instant now) {
        int written = database.insertInto(REPLAY, REPLAY.ID, REPLAY.PLAN, REPLAY.STARTED_BY, REPLAY.STARTED_AT)
                .values(id, JSON.writeValueAsString(plan), startedBy, now.atOffset(ZoneOffset.UTC))
                .onConflictDoNothing()
                .execute();
        if (written == 0) {
            throw begunBefore(id);
        }
    }

    /**
     * Makes sure that {@link #begin} would find no replay of this id.
     *
     * @throws OperatorException if there is one
     */
    public void requireNew(String id) {
        if (find(id).isPresent()) {
            throw begunBefore(id);
        }
    }

    private static OperatorException begunBefore(String id) {
        return new OperatorException("there is a replay " + id + " already; --resume finishes it");
    }

    /** Notes that a run has ended of its own, finished or not. */
    public void ran(String id, long answers, @Nullable Instant finished) {
        database.update(REPLAY)
                .set(REPLAY.ANSWERS, REPLAY.ANSWERS.plus(answers))
                .set(REPLAY.ENDED_AT, finished == null ? null : finished.atOffset(ZoneOffset.UTC))
                .where(REPLAY.ID.eq(id))
                .execute();
    }

    public Optional<Entry> find(String id) {
        return database.selectFrom(REPLAY).where(REPLAY.ID.eq(id)).fetchOptional(Journal::entry);
    }

    /** The latest first. */
    public List<Entry> all() {
        return database.selectFrom(REPLAY)
                .orderBy(REPLAY.STARTED_AT.desc(), REPLAY.ID)
                .fetch(Journal::entry);
    }

    private static Entry entry(Record row) {
        OffsetDateTime ended = row.get(REPLAY.ENDED_AT);
        return new Entry(
                row.get(REPLAY.ID),
                JSON.readValue(row.get(REPLAY.PLAN), ReplayPlan.class),
                row.get(REPLAY.STARTED_BY),
                row.get(REPLAY.STARTED_AT).toInstant(),
                ended == null ? null : ended.toInstant(),
                row.get(REPLAY.ANSWERS));
    }
}
