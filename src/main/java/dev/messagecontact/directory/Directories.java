package dev.messagecontact.directory;

import static dev.messagecontact.directory.DirectoryStatements.COMMAND_CONTACT_ID;
import static dev.messagecontact.directory.DirectoryStatements.COMMAND_DIRECTORY_ID;
import static dev.messagecontact.directory.DirectoryStatements.NAMESAKE;
import static dev.messagecontact.directory.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.directory.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.directory.schema.Tables.RESOURCE_DIRECTORY;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.validation.Contact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** The directories of one batch within one transaction: lock and load, then write. */
public final class Directories {

    private final DSLContext tx;

    /** @param tx the transaction; the locks last as long as it does */
    public Directories(DSLContext tx) {
        this.tx = tx;
    }

    /**
     * Looks whether directories could be changed now, and locks none.
     *
     * @throws DataAccessException if not, in the server's own words: it is not there, read-only, or refuses us
     */
    public static void requireWritable(DSLContext database) {
        database.selectOne()
                .from(RESOURCE_DIRECTORY)
                .where(DSL.falseCondition())
                .forUpdate()
                .fetch();
    }

    /** Whether a commit of ours waits for a synchronous standby just now; it holds its locks meanwhile. */
    public static boolean isCommitWaitingForStandby(DSLContext database) {
        return database.fetchExists(DSL.selectOne()
                .from(DSL.table(DSL.name("pg_stat_activity")))
                .where(DSL.field(DSL.name("wait_event"), String.class).eq("SyncRep")));
    }

    /**
     * Locks directories and loads what is known of contacts and records. A directory that is not there yet is made; one that
     * somebody else has locked is passed over, so that nobody waits for it but its own commands.
     *
     * @param toAdd the contacts whose directories are to be locked
     * @param contacts those that may be known
     * @param refusals what field rules have answered before to the batch's records
     */
    public Snapshot lockAndLoad(
            Collection<Contact> toAdd, Collection<Contact> contacts, Map<RecordId, List<ErrorCode>> refusals) {
        Map<String, DirectoryState> locked = toAdd.isEmpty() ? Map.of() : lock(toAdd);
        return load(contacts, refusals, locked); // in this order: what is loaded must be what stands under the lock
    }

    /** What field rules have answered to these records before; of such an answer nothing changes any more. */
    public Map<RecordId, List<ErrorCode>> refusals(Collection<RecordId> settled) {
        if (settled.isEmpty()) {
            return Map.of();
        }
        Map<RecordId, List<ErrorCode>> refusals = new HashMap<>();
        Refusals.LOAD.fetch(tx, settled).forEach(row -> refusals.put(Refusals.source(row), Refusals.codes(row)));
        return refusals;
    }

    /**
     * Loads what is known of these contacts and records, and locks nothing: no directory of it is ours.
     *
     * @param settled the records that field rules may have answered before
     */
    public Snapshot load(Collection<Contact> contacts, Collection<RecordId> settled) {
        return load(contacts, refusals(settled), Map.of());
    }

    private Map<String, DirectoryState> lock(Collection<Contact> contacts) {
        List<String> ids =
                contacts.stream().map(Contact::directoryId).sorted().distinct().toList();
        Map<String, DirectoryState> locked = new HashMap<>();
        DirectoryStatements.LOCK.fetch(tx, ids).forEach(row -> add(row, locked));
        if (locked.size() < ids.size()) {
            List<String> others =
                    ids.stream().filter(id -> !locked.containsKey(id)).toList();
            DirectoryStatements.CREATE.fetch(tx, others).forEach(row -> add(row, locked));
        }
        return locked;
    }

    private static void add(Record row, Map<String, DirectoryState> directories) {
        directories.put(
                row.get(RESOURCE_DIRECTORY.DIRECTORY_ID),
                new DirectoryState(
                        row.get(RESOURCE_DIRECTORY.CONTACT_COUNT),
                        row.get(RESOURCE_DIRECTORY.CONTACT_LIMIT),
                        row.get(RESOURCE_DIRECTORY.ACCOUNT_ID)));
    }

    private Snapshot load(
            Collection<Contact> contacts, Map<RecordId, List<ErrorCode>> refusals, Map<String, DirectoryState> locked) {
        Snapshot known = new Snapshot(locked, new HashMap<>(), new HashMap<>(), new HashMap<>(), refusals);
        if (!contacts.isEmpty()) {
            DirectoryStatements.LOAD.fetch(tx, contacts).forEach(row -> add(row, known));
        }
        return known;
    }

    private static void add(Record row, Snapshot known) {
        String contactId = row.get(COMMAND_CONTACT_ID);
        String usedName = row.get(NAMESAKE.NAME);
        if (usedName != null) {
            known.usedNames()
                    .computeIfAbsent(row.get(COMMAND_DIRECTORY_ID), id -> new HashSet<>())
                    .add(usedName);
        }
        if (row.get(MESSAGE_CONTACT.FINGERPRINT) != null) {
            known.contacts().put(contactId, contact(row));
        }
        if (row.get(COMMAND_REJECTION.CODE) != null) {
            known.rejections()
                    .computeIfAbsent(contactId, id -> new ArrayList<>())
                    .add(rejection(row));
        }
    }

    private static StoredContact contact(Record row) {
        return new StoredContact(
                row.get(MESSAGE_CONTACT.FINGERPRINT),
                row.get(MESSAGE_CONTACT.CREATED_AT).toInstant().toEpochMilli(),
                new RecordId(
                        row.get(MESSAGE_CONTACT.SOURCE_TOPIC),
                        row.get(MESSAGE_CONTACT.SOURCE_PARTITION),
                        row.get(MESSAGE_CONTACT.SOURCE_OFFSET)));
    }

    private static StoredRejection rejection(Record row) {
        return new StoredRejection(
                ErrorCode.of(row.get(COMMAND_REJECTION.CODE)),
                row.get(COMMAND_REJECTION.FINGERPRINT),
                new RecordId(
                        row.get(COMMAND_REJECTION.SOURCE_TOPIC),
                        row.get(COMMAND_REJECTION.SOURCE_PARTITION),
                        row.get(COMMAND_REJECTION.SOURCE_OFFSET)));
    }

    /** Stores what was decided, and counts it in the directories. */
    public void write(List<NewContact> contacts, List<NewRejection> rejections, List<NewRefusal> refusals) {
        if (!contacts.isEmpty()) {
            DirectoryStatements.INSERT_CONTACTS.execute(tx, contacts);
            Map<String, Integer> added = new TreeMap<>();
            contacts.forEach(each -> added.merge(each.contact().directoryId(), 1, Integer::sum));
            DirectoryStatements.COUNT.execute(tx, added.entrySet());
        }
        if (!rejections.isEmpty()) {
            DirectoryStatements.INSERT_REJECTIONS.execute(tx, rejections);
        }
        if (!refusals.isEmpty()) {
            Refusals.INSERT.execute(tx, refusals);
        }
    }
}
