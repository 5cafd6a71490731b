package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;

import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.identity.DerivedIds;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** What the database knows of one request: ids, positions and codes, nothing of the contact. Any thread may call it. */
public final class RequestLookup {

    /** A request id may be used in many directories. */
    private static final int MOST = 20;

    private final DSLContext database;
    private final int seconds;

    /** @param limit after which the database gives a query up, in whole seconds */
    public RequestLookup(DSLContext database, Duration limit) {
        this.database = database;
        this.seconds = (int) limit.toSeconds();
    }

    /**
     * The contact that a request has made in a directory, if it has. Two look-ups by key.
     *
     * @throws org.jooq.exception.DataAccessException if the database does not answer in time
     */
    public List<Stored> contacts(String requestId, String directoryId) {
        return contacts(MESSAGE_CONTACT
                .DIRECTORY_ID
                .eq(directoryId)
                .and(MESSAGE_CONTACT.CONTACT_ID.eq(DerivedIds.contactId(directoryId, requestId))));
    }

    /**
     * The contacts that a request has made in any directory. Every key leads with the directory, so this reads contacts
     * until it has seen all: of many millions it does not come to an end in time.
     *
     * @throws org.jooq.exception.DataAccessException if the database does not answer in time
     */
    public List<Stored> contacts(String requestId) {
        return contacts(MESSAGE_CONTACT.REQUEST_ID.eq(requestId));
    }

    /**
     * The rejections of a request in a directory that depended on what was stored then; the others are {@link #refusals}.
     *
     * @throws org.jooq.exception.DataAccessException if the database does not answer in time
     */
    public List<Stored> rejections(String requestId, String directoryId) {
        return database.select(
                        COMMAND_REJECTION.DIRECTORY_ID,
                        COMMAND_REJECTION.CONTACT_ID,
                        COMMAND_REJECTION.CODE,
                        COMMAND_REJECTION.REJECTED_AT,
                        COMMAND_REJECTION.SOURCE_TOPIC,
                        COMMAND_REJECTION.SOURCE_PARTITION,
                        COMMAND_REJECTION.SOURCE_OFFSET)
                .from(COMMAND_REJECTION)
                .where(COMMAND_REJECTION.DIRECTORY_ID.eq(directoryId))
                .and(COMMAND_REJECTION.CONTACT_ID.eq(DerivedIds.contactId(directoryId, requestId)))
                .limit(MOST)
                .queryTimeout(seconds)
                .fetch(row -> new Stored(
                        row.value1(),
                        null,
                        row.value3(),
                        instant(row.value4()),
                        row.value5(),
                        row.value6(),
                        row.value7()));
    }

    /**
     * The refusals of the command at this position, one for each topic that ever had the name. The key leads with the
     * topic's id, so each topic's rows are found by one step in the index.
     *
     * @throws org.jooq.exception.DataAccessException if the database does not answer in time
     */
    public List<Refused> refusals(RecordPosition position) {
        Field<UUID> topic = field(name("topics", "id"), UUID.class);
        return database.withRecursive("topics", "id")
                .as(select(firstTopic(noCondition()))
                        .unionAll(select(firstTopic(FIELD_REFUSAL.SOURCE_TOPIC.gt(topic)))
                                .from(name("topics"))
                                .where(topic.isNotNull())))
                .select(FIELD_REFUSAL.CODES, FIELD_REFUSAL.REFUSED_AT)
                .from(FIELD_REFUSAL)
                .join(name("topics"))
                .on(FIELD_REFUSAL.SOURCE_TOPIC.eq(topic))
                .where(FIELD_REFUSAL.SOURCE_PARTITION.eq(position.partition()))
                .and(FIELD_REFUSAL.SOURCE_OFFSET.eq(position.offset()))
                .limit(MOST)
                .queryTimeout(seconds)
                .fetch(row -> new Refused(
                        List.of(row.value1()), instant(row.value2()), position.partition(), position.offset()));
    }

    private static Field<UUID> firstTopic(Condition which) {
        return field(select(FIELD_REFUSAL.SOURCE_TOPIC)
                .from(FIELD_REFUSAL)
                .where(which)
                .orderBy(FIELD_REFUSAL.SOURCE_TOPIC)
                .limit(1));
    }

    private List<Stored> contacts(Condition which) {
        return database.select(
                        MESSAGE_CONTACT.DIRECTORY_ID,
                        MESSAGE_CONTACT.CONTACT_ID,
                        MESSAGE_CONTACT.STATUS,
                        MESSAGE_CONTACT.CREATED_AT,
                        MESSAGE_CONTACT.SOURCE_TOPIC,
                        MESSAGE_CONTACT.SOURCE_PARTITION,
                        MESSAGE_CONTACT.SOURCE_OFFSET)
                .from(MESSAGE_CONTACT)
                .where(which)
                .limit(MOST)
                .queryTimeout(seconds)
                .fetch(row -> new Stored(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        instant(row.value4()),
                        row.value5(),
                        row.value6(),
                        row.value7()));
    }

    private static String instant(OffsetDateTime time) {
        return time.toInstant().toString();
    }

    /**
     * A stored refusal.
     *
     * @param codes the first is the answer's
     * @param at the command record's timestamp, ISO 8601
     */
    public record Refused(List<String> codes, String at, int partition, long offset) {}

    /**
     * A stored outcome and the command that it is of.
     *
     * @param contactId null for a rejection
     * @param outcome the contact's status, or the rejection's code
     * @param at the command record's timestamp, ISO 8601
     */
    public record Stored(
            String directoryId,
            @Nullable String contactId,
            String outcome,
            String at,
            UUID topicId,
            int partition,
            long offset) {}
}
