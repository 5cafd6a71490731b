package dev.messagecontact.directory;

import static dev.messagecontact.database.schema.Tables.COMMAND_REJECTION;
import static dev.messagecontact.database.schema.Tables.CONTACT_ACTION;
import static dev.messagecontact.database.schema.Tables.EARLY_CONFIRMATION;
import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESENT_VERIFICATION;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static dev.messagecontact.directory.DirectoryStatements.COMMAND_CONTACT_ID;
import static dev.messagecontact.directory.DirectoryStatements.COMMAND_DIRECTORY_ID;
import static dev.messagecontact.directory.DirectoryStatements.NAMESAKE;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.database.batch.BatchStatement;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import dev.messagecontact.verification.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** The directories of one batch within one transaction: lock and load, then write. */
public final class Directories {

    /** Rows that are neighbours in an index lie on one page of it: in this order PostgreSQL works a fifth less. */
    private static final Comparator<Contact> AS_IN_THE_INDEX =
            Comparator.comparing(Contact::directoryId).thenComparing(Contact::contactId);

    private final DSLContext tx;

    /** What directories that were made for this batch have in their counts already. */
    private final Map<String, Integer> countedAhead = new HashMap<>();

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
     * What a batch asks for.
     *
     * @param contacts that may be known
     * @param actions on contacts
     * @param told contacts that events tell of: what deleted them may be known though they are not, as a rebuild reads it
     * @param settled the records of these that may be settled
     */
    public record Question(
            Collection<Contact> contacts,
            Collection<ContactAction> actions,
            Collection<ContactKey> told,
            Collection<Own> settled) {}

    /**
     * A record and what it asks for.
     *
     * @param request the contact that its request would make
     */
    public record Own(ContactKey request, RecordId source) {}

    /**
     * Locks directories and loads what is known of contacts and records. A directory that is not there yet is made; one that
     * somebody else has locked is passed over, so that only its own commands wait for it.
     *
     * @param toLock the ids of the directories to lock, once for each command that may add a contact
     * @param refusals of the batch's records, see {@link #refusals}
     */
    public Snapshot lockAndLoad(Collection<String> toLock, Question question, Map<RecordId, List<ErrorCode>> refusals) {
        Map<String, DirectoryState> locked = toLock.isEmpty() ? Map.of() : lock(toLock);
        return load(question, refusals, locked); // in this order: what is loaded must be what stands under the lock
    }

    /** Which of these records were refused before, and with which codes; such an answer never changes. */
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
     * @param settled the records that may have been refused before
     */
    public Snapshot load(Question question, Collection<RecordId> settled) {
        return load(question, refusals(settled), Map.of());
    }

    private Map<String, DirectoryState> lock(Collection<String> directories) {
        Map<String, Integer> commands = new TreeMap<>();
        directories.forEach(id -> commands.merge(id, 1, Integer::sum));
        Map<String, DirectoryState> locked = new HashMap<>();
        DirectoryStatements.LOCK
                .fetch(tx, commands.keySet())
                .forEach(row -> add(row, row.get(RESOURCE_DIRECTORY.CONTACT_COUNT), locked));
        if (locked.size() < commands.size()) {
            commands.keySet().removeAll(locked.keySet());
            create(commands, locked);
        }
        return locked;
    }

    /** A directory is made with as many contacts as it will most likely have after the batch, so that it is written once. */
    private void create(Map<String, Integer> commands, Map<String, DirectoryState> directories) {
        DirectoryStatements.CREATE.fetch(tx, commands.entrySet()).forEach(row -> {
            add(row, 0, directories);
            countedAhead.put(row.get(RESOURCE_DIRECTORY.DIRECTORY_ID), row.get(RESOURCE_DIRECTORY.CONTACT_COUNT));
        });
    }

    private void add(Record row, int contacts, Map<String, DirectoryState> directories) {
        directories.put(
                row.get(RESOURCE_DIRECTORY.DIRECTORY_ID),
                new DirectoryState(
                        contacts, row.get(RESOURCE_DIRECTORY.CONTACT_LIMIT), row.get(RESOURCE_DIRECTORY.ACCOUNT_ID)));
    }

    private Snapshot load(
            Question question, Map<RecordId, List<ErrorCode>> refusals, Map<String, DirectoryState> locked) {
        Snapshot known = new Snapshot(
                locked,
                new HashMap<>(),
                new HashMap<>(),
                new HashMap<>(),
                refusals,
                new HashMap<>(),
                new HashMap<>(),
                new HashMap<>(),
                new HashMap<>());
        boolean anyEarly = false;
        if (!question.contacts.isEmpty()) {
            anyEarly = add(DirectoryStatements.LOAD.fetch(tx, oneOfEach(question.contacts)), known);
        }
        if (!question.actions.isEmpty()) {
            anyEarly |= add(DirectoryStatements.LOAD_ACTIONS.fetch(tx, oneOfEachRequest(question.actions)), known);
            loadDetails(question.actions, known);
        }
        if (!question.settled.isEmpty()) {
            loadOwn(question.settled, known);
        }
        if (anyEarly) {
            loadEarly(question, known);
        }
        if (!question.told.isEmpty()) {
            loadDeletions(question.told, known);
        }
        return known;
    }

    /** They are in the order of the index. A publisher may send one command many times, and each would read what is stored of all. */
    private static Collection<Contact> oneOfEach(Collection<Contact> contacts) {
        List<Contact> sorted = new ArrayList<>(contacts);
        sorted.sort(AS_IN_THE_INDEX);
        List<Contact> distinct = new ArrayList<>(sorted.size());
        for (Contact contact : sorted) {
            Contact last = distinct.isEmpty() ? null : distinct.get(distinct.size() - 1);
            if (last == null
                    || AS_IN_THE_INDEX.compare(last, contact) != 0
                    || !last.name().equals(contact.name())) {
                distinct.add(contact);
            }
        }
        return distinct;
    }

    /** Senders may give all their confirmations one RequestId. */
    private static Collection<ContactAction> oneOfEachRequest(Collection<ContactAction> actions) {
        Map<ContactKey, ContactAction> requests = new LinkedHashMap<>();
        actions.forEach(
                action -> requests.putIfAbsent(new ContactKey(action.directoryId(), action.requestKey()), action));
        return requests.values();
    }

    private void loadDetails(Collection<ContactAction> actions, Snapshot known) {
        Set<ContactKey> keys = keysOf(actions);
        Map<ContactKey, Map<String, Channel>> resent = new HashMap<>();
        ActionStatements.RESENT
                .fetch(tx, keys)
                .forEach(row -> resent.computeIfAbsent(
                                new ContactKey(
                                        row.get(RESENT_VERIFICATION.DIRECTORY_ID),
                                        row.get(RESENT_VERIFICATION.CONTACT_ID)),
                                key -> new HashMap<>())
                        .put(
                                row.get(RESENT_VERIFICATION.VERIFICATION_ID),
                                Channel.of(row.get(RESENT_VERIFICATION.CHANNEL))));
        ActionStatements.DETAILS.fetch(tx, keys).forEach(row -> {
            ContactKey key = new ContactKey(row.get(MESSAGE_CONTACT.DIRECTORY_ID), row.get(MESSAGE_CONTACT.CONTACT_ID));
            known.details().put(key, RowValues.details(row, resent.getOrDefault(key, Map.of())));
        });
    }

    private static Set<ContactKey> keysOf(Collection<ContactAction> actions) {
        Set<ContactKey> keys = new HashSet<>();
        actions.forEach(action -> keys.add(new ContactKey(action.directoryId(), action.contactId())));
        return keys;
    }

    private void loadOwn(Collection<Own> settled, Snapshot known) {
        OwnDecisions.REJECTIONS
                .fetch(tx, settled)
                .forEach(row -> known.rejections()
                        .computeIfAbsent(row.get(COMMAND_CONTACT_ID), id -> new ArrayList<>())
                        .add(RowValues.rejection(row)));
        OwnDecisions.ACTIONS
                .fetch(tx, settled)
                .forEach(row -> known.actions()
                        .computeIfAbsent(row.get(COMMAND_CONTACT_ID), id -> new ArrayList<>())
                        .add(RowValues.action(row)));
    }

    private void loadEarly(Question question, Snapshot known) {
        Set<ContactKey> keys = keysOf(question.actions);
        question.contacts.forEach(contact -> keys.add(new ContactKey(contact.directoryId(), contact.contactId())));
        ActionStatements.EARLY
                .fetch(tx, keys)
                .forEach(row -> known.early()
                        .computeIfAbsent(
                                new ContactKey(
                                        row.get(EARLY_CONFIRMATION.DIRECTORY_ID),
                                        row.get(EARLY_CONFIRMATION.CONTACT_ID)),
                                key -> new HashMap<>())
                        .put(
                                row.get(EARLY_CONFIRMATION.VERIFICATION_ID),
                                row.get(EARLY_CONFIRMATION.CONFIRMED_AT)
                                        .toInstant()
                                        .toEpochMilli()));
    }

    private void loadDeletions(Collection<ContactKey> contacts, Snapshot known) {
        ActionStatements.DELETIONS
                .fetch(tx, contacts)
                .forEach(row -> known.deletions()
                        .put(
                                new ContactKey(
                                        row.get(CONTACT_ACTION.DIRECTORY_ID), row.get(CONTACT_ACTION.CONTACT_ID)),
                                row.get(CONTACT_ACTION.DECIDED_AT).toInstant().toEpochMilli()));
    }

    /** Adds what is stored, and tells whether any confirmation came early. */
    private static boolean add(Result<Record> rows, Snapshot known) {
        boolean anyEarly = false;
        Set<Map.Entry<String, Object>> added = new HashSet<>();
        for (Record row : rows) {
            if (row.get(COMMAND_CONTACT_ID) == null) {
                anyEarly = true;
            } else {
                add(row, known, added);
            }
        }
        return anyEarly;
    }

    /** A request with several rejections and actions comes once for each pair of them. */
    private static void add(Record row, Snapshot known, Set<Map.Entry<String, Object>> added) {
        String contactId = row.get(COMMAND_CONTACT_ID);
        String usedName = row.get(NAMESAKE.NAME);
        if (usedName != null) {
            known.usedNames()
                    .computeIfAbsent(row.get(COMMAND_DIRECTORY_ID), id -> new HashSet<>())
                    .add(usedName);
        }
        if (row.get(MESSAGE_CONTACT.CREATED_AT) != null) {
            known.contacts().put(contactId, RowValues.contact(row));
        }
        if (row.get(COMMAND_REJECTION.CODE) != null) {
            addOnce(contactId, RowValues.rejection(row), known.rejections(), added);
        }
        if (row.get(CONTACT_ACTION.ACTION) != null) {
            addOnce(contactId, RowValues.action(row), known.actions(), added);
        }
    }

    private static <T> void addOnce(
            String contactId, T found, Map<String, List<T>> known, Set<Map.Entry<String, Object>> added) {
        if (added.add(Map.entry(contactId, found))) {
            known.computeIfAbsent(contactId, id -> new ArrayList<>()).add(found);
        }
    }

    /** Stores what was decided, and counts it in the directories. Who is deleted goes first: others may take the names. */
    public void write(Rows rows) {
        execute(ActionStatements.ERASE, rows.deleted());
        execute(ActionStatements.INSERT_TOMBSTONES, rows.tombstones());
        execute(
                DirectoryStatements.INSERT_CONTACTS,
                rows.contacts().stream()
                        .sorted(Comparator.comparing(NewContact::contact, AS_IN_THE_INDEX))
                        .toList());
        execute(DirectoryStatements.COUNT, notCounted(rows).entrySet());
        execute(ActionStatements.ERASE_REJECTED_CONTENT, rows.erasedContents());
        execute(DirectoryStatements.INSERT_REJECTIONS, rows.rejections()); // these know what the batch has erased
        execute(Refusals.INSERT, rows.refusals());
        execute(ActionStatements.VERIFY, rows.verified());
        execute(ActionStatements.INSERT_ACTIONS, rows.actions());
        execute(ActionStatements.INSERT_RESENT, rows.resent());
        execute(ActionStatements.DELETE_EARLY, rows.matched()); // before those that take their place
        execute(ActionStatements.INSERT_EARLY, rows.early());
        List<ContactKey> erased = rows.erased();
        execute(ActionStatements.ERASE_RESENT, erased);
        execute(ActionStatements.ERASE_EARLY, erased);
        execute(ActionStatements.ERASE_ACTIONS, erased);
        execute(ActionStatements.ERASE_REJECTIONS, erased);
    }

    /** How much the counts of directories differ from what is stored, where they do. */
    private Map<String, Integer> notCounted(Rows rows) {
        Map<String, Integer> counts = new TreeMap<>();
        rows.contacts().forEach(each -> counts.merge(each.contact().directoryId(), 1, Integer::sum));
        rows.deleted().forEach(each -> counts.merge(each.key().directoryId(), -1, Integer::sum));
        countedAhead.forEach((id, counted) -> counts.merge(id, -counted, Integer::sum));
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    private <R> void execute(BatchStatement<R> statement, Collection<R> rows) {
        if (!rows.isEmpty()) {
            statement.execute(tx, rows);
        }
    }
}
