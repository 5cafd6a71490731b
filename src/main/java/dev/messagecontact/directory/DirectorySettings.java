package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.DIRECTORY_CHANGE;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** What operators set of directories, each change with a record of who made it. Any thread may call it. */
public final class DirectorySettings {

    private final DSLContext database;

    public DirectorySettings(DSLContext database) {
        this.database = database;
    }

    /**
     * A directory as it stands.
     *
     * @param limit its own limit, null where the worker's setting holds
     * @param accountId the account that owns it, null if none is set
     */
    public record Row(
            String id,
            int contacts,
            @Nullable Integer limit,
            @Nullable String accountId) {}

    /**
     * Directories in the order of their ids.
     *
     * @param after the id after which to begin; empty for the first
     * @param onlyWithoutAccount leaves out those with an account
     */
    public List<Row> list(String after, int limit, boolean onlyWithoutAccount) {
        return database.select(
                        RESOURCE_DIRECTORY.DIRECTORY_ID,
                        RESOURCE_DIRECTORY.CONTACT_COUNT,
                        RESOURCE_DIRECTORY.CONTACT_LIMIT,
                        RESOURCE_DIRECTORY.ACCOUNT_ID)
                .from(RESOURCE_DIRECTORY)
                .where(RESOURCE_DIRECTORY.DIRECTORY_ID.gt(after))
                .and(onlyWithoutAccount ? RESOURCE_DIRECTORY.ACCOUNT_ID.isNull() : DSL.noCondition())
                .orderBy(RESOURCE_DIRECTORY.DIRECTORY_ID)
                .limit(limit)
                .fetch(row -> new Row(row.value1(), row.value2(), row.value3(), row.value4()));
    }

    /**
     * Sets the account that owns a directory; a directory that is not there yet is made.
     *
     * @param accountId null for none
     * @param changedBy who asks, for the record
     */
    public void setAccount(String directoryId, @Nullable String accountId, String changedBy) {
        set(directoryId, RESOURCE_DIRECTORY.ACCOUNT_ID, "account", accountId, changedBy);
    }

    /**
     * Sets a directory's own limit; a directory that is not there yet is made.
     *
     * @param limit null where the worker's setting is to hold
     * @param changedBy who asks, for the record
     */
    public void setLimit(String directoryId, @Nullable Integer limit, String changedBy) {
        set(directoryId, RESOURCE_DIRECTORY.CONTACT_LIMIT, "limit", limit, changedBy);
    }

    /** Under the directory's lock, so that a batch sees it before or after, and the record has the value that was replaced. */
    private <T> void set(
            String directoryId, TableField<?, T> field, String setting, @Nullable T value, String changedBy) {
        database.transaction(transaction -> {
            DSLContext tx = transaction.dsl();
            tx.insertInto(RESOURCE_DIRECTORY, RESOURCE_DIRECTORY.DIRECTORY_ID)
                    .values(directoryId)
                    .onConflictDoNothing()
                    .execute();
            T before = tx.select(field)
                    .from(RESOURCE_DIRECTORY)
                    .where(RESOURCE_DIRECTORY.DIRECTORY_ID.eq(directoryId))
                    .forUpdate()
                    .fetchSingle(field);
            if (Objects.equals(before, value)) {
                return;
            }
            tx.update(RESOURCE_DIRECTORY)
                    .set(field, value)
                    .where(RESOURCE_DIRECTORY.DIRECTORY_ID.eq(directoryId))
                    .execute();
            tx.insertInto(DIRECTORY_CHANGE)
                    .set(DIRECTORY_CHANGE.DIRECTORY_ID, directoryId)
                    .set(DIRECTORY_CHANGE.CHANGED_AT, Instant.now().atOffset(ZoneOffset.UTC))
                    .set(DIRECTORY_CHANGE.SETTING, setting)
                    .set(DIRECTORY_CHANGE.OLD_VALUE, text(before))
                    .set(DIRECTORY_CHANGE.NEW_VALUE, text(value))
                    .set(DIRECTORY_CHANGE.CHANGED_BY, changedBy)
                    .execute();
        });
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
