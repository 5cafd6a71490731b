package dev.messagecontact.registration;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Content;
import dev.messagecontact.directory.Rows.NewAction;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Rows.NewRejection;
import dev.messagecontact.directory.Rows.Tombstone;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import dev.messagecontact.directory.StoredAction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided under each request id of a batch, before the batch and within it. A request's key is the id of the
 * contact that it made, or would have made.
 */
final class History {

    private final Map<String, StoredContact> contacts;
    private final Map<String, StoredRejection> rejections = new HashMap<>();
    private final Map<String, StoredAction> actions = new HashMap<>();
    private final Map<Decided, ErrorCode> ownRejections = new HashMap<>();
    private final Map<Decided, StoredAction> ownActions = new HashMap<>();
    private final Map<Content, List<String>> rejectedRequests = new HashMap<>();
    private final Map<Content, List<Integer>> rejectedRows = new HashMap<>();
    private final BatchRows rows;

    /** A record, and the key of its request. */
    private record Decided(String requestKey, RecordId source) {}

    /** @param rows get what is decided within the batch */
    History(Snapshot known, BatchRows rows) {
        this.rows = rows;
        contacts = new HashMap<>(known.contacts());
        known.rejections().forEach((requestKey, each) -> each.forEach(rejection -> keep(requestKey, rejection)));
        known.actions().forEach((requestKey, each) -> each.forEach(action -> keep(requestKey, action)));
    }

    private void keep(String requestKey, StoredRejection rejection) {
        ownRejections.putIfAbsent(new Decided(requestKey, rejection.source()), rejection.code());
        if (!rejection.code().retryable() && rejections.putIfAbsent(requestKey, rejection) == null) {
            Content content = new Content(rejection.directoryId(), rejection.fingerprint());
            rejectedRequests.computeIfAbsent(content, none -> new ArrayList<>()).add(requestKey);
        }
    }

    private void keep(String requestKey, StoredAction action) {
        ownActions.putIfAbsent(new Decided(requestKey, action.source()), action);
        if (action.kind() != Action.CONFIRM) {
            actions.putIfAbsent(requestKey, action);
        }
    }

    /** The contact that the request has made, deleted since or not; null if none. */
    @Nullable
    StoredContact contact(String requestKey) {
        return contacts.get(requestKey);
    }

    /** Why this very record, which asks for a contact, was rejected; null if it was not. */
    @Nullable
    ErrorCode rejectionOf(String requestKey, RecordId record) {
        return ownRejections.get(new Decided(requestKey, record));
    }

    /** The rejection that settles the request to add a contact; null if none does: what can be retried leaves it free. */
    @Nullable
    StoredRejection rejection(String requestKey) {
        return rejections.get(requestKey);
    }

    /** What was decided about this very record, which asks for an action on a contact; null if nothing was. */
    @Nullable
    StoredAction actionOf(String requestKey, RecordId record) {
        return ownActions.get(new Decided(requestKey, record));
    }

    /** What was decided about an action with this request id; null if nothing was. A confirmation settles nothing for others. */
    @Nullable
    StoredAction action(String requestKey) {
        return actions.get(requestKey);
    }

    /** Whether a request to add a contact has had its last word under this request id. */
    boolean isUsedToAdd(String requestKey) {
        return contacts.containsKey(requestKey) || rejections.containsKey(requestKey);
    }

    /** Whether a request for another action has had its last word under this request id. */
    boolean isUsedToAct(String requestKey) {
        return actions.containsKey(requestKey);
    }

    void added(ContactKey key, NewContact added) {
        rows.contacts.put(key, added);
        contacts.put(
                key.contactId(), new StoredContact(added.contact().fingerprint(), added.createdAt(), added.source()));
    }

    /** The batch makes a contact that is known to be deleted later: a rebuild may read that first. */
    void addedAndDeleted(ContactKey key, NewContact added, long deletedAt) {
        added(key, added);
        Tombstone tombstone = new Tombstone(added, deletedAt);
        rows.tombstones.add(tombstone);
        deleted(key, tombstone.content());
    }

    void rejected(NewRejection rejected) {
        Content content = new Content(rejected.contact().directoryId(), rejected.fingerprint());
        rejectedRows.computeIfAbsent(content, none -> new ArrayList<>()).add(rows.rejections.size());
        rows.rejections.add(rejected);
        keep(
                rejected.contact().contactId(),
                new StoredRejection(content.directoryId(), rejected.code(), content.fingerprint(), rejected.source()));
    }

    void acted(NewAction decided) {
        rows.actions.add(decided);
        keep(
                decided.action().requestKey(),
                new StoredAction(
                        decided.action().kind(),
                        decided.action().contactId(),
                        decided.code(),
                        decided.status(),
                        decided.channel(),
                        decided.fingerprint(),
                        decided.source()));
    }

    /**
     * The contact is deleted, and with it every hash of what is erased: other requests asked for the same, and were
     * rejected. A batch may delete many, so only these are looked at.
     */
    void deleted(ContactKey key, Content content) {
        rows.contacts.remove(key); // it is not stored as one that lives
        contacts.computeIfPresent(
                key.contactId(), (id, stored) -> new StoredContact(null, stored.createdAt(), stored.source()));
        taken(rejectedRequests, content)
                .forEach(request -> rejections.computeIfPresent(request, (id, each) -> each.without(content)));
        taken(rejectedRows, content)
                .forEach(
                        row -> rows.rejections.set(row, rows.rejections.get(row).without(content)));
    }

    private static <T> List<T> taken(Map<Content, List<T>> from, Content content) {
        List<T> taken = from.remove(content);
        return taken == null ? List.of() : taken;
    }

    /** The contact that the batch has made and not deleted; null if it has not. */
    @Nullable
    NewContact newContact(ContactKey key) {
        return rows.contacts.get(key);
    }
}
