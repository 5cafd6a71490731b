package dev.messagecontact.registration;

import dev.messagecontact.command.Action;
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
    private final Map<String, List<StoredRejection>> rejections;
    private final Map<String, List<StoredAction>> actions;
    private final BatchRows rows;

    /** @param rows get what is decided within the batch */
    History(Snapshot known, BatchRows rows) {
        this.rows = rows;
        contacts = new HashMap<>(known.contacts());
        rejections = new HashMap<>(known.rejections());
        actions = new HashMap<>(known.actions());
    }

    /** The contact that the request has made, deleted since or not; null if none. */
    @Nullable
    StoredContact contact(String requestKey) {
        return contacts.get(requestKey);
    }

    /** How requests to add this contact were rejected, the earliest first. */
    List<StoredRejection> rejections(String requestKey) {
        return rejections.getOrDefault(requestKey, List.of());
    }

    /** What was decided about actions on contacts with this request id, the earliest first. */
    List<StoredAction> actions(String requestKey) {
        return actions.getOrDefault(requestKey, List.of());
    }

    /** Whether a request to add a contact has had its last word under this request id. */
    boolean isUsedToAdd(String requestKey) {
        return contacts.containsKey(requestKey)
                || rejections(requestKey).stream()
                        .anyMatch(rejection -> !rejection.code().retryable());
    }

    /** Whether a request for another action has had its last word under this request id. */
    boolean isUsedToAct(String requestKey) {
        return actions(requestKey).stream().anyMatch(action -> action.kind() != Action.CONFIRM);
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
        rows.rejections.add(rejected);
        String requestKey = rejected.contact().contactId();
        StoredRejection kept = new StoredRejection(
                rejected.contact().directoryId(), rejected.code(), rejected.fingerprint(), rejected.source());
        rejections.put(requestKey, extended(rejections(requestKey), kept));
    }

    void acted(NewAction decided) {
        rows.actions.add(decided);
        String requestKey = decided.action().requestKey();
        StoredAction kept = new StoredAction(
                decided.action().kind(),
                decided.action().contactId(),
                decided.code(),
                decided.status(),
                decided.channel(),
                decided.fingerprint(),
                decided.source());
        actions.put(requestKey, extended(actions(requestKey), kept));
    }

    private static <T> List<T> extended(List<T> known, T next) {
        List<T> extended = new ArrayList<>(known);
        extended.add(next);
        return extended;
    }

    /**
     * The contact is deleted, and with it every hash of what is erased: other requests asked for the same, and were
     * rejected; and there are the actions about it.
     */
    void deleted(ContactKey key, Content content) {
        rows.contacts.remove(key); // it is not stored as one that lives
        contacts.computeIfPresent(
                key.contactId(), (id, stored) -> new StoredContact(null, stored.createdAt(), stored.source()));
        rejections.replaceAll((requestKey, each) ->
                each.stream().map(rejection -> rejection.without(content)).toList());
        rows.rejections.replaceAll(rejection -> rejection.without(content));
        actions.replaceAll((requestKey, known) -> without(known, key.contactId()));
    }

    /** Hardly any is about the contact, and a batch may delete many. */
    private static List<StoredAction> without(List<StoredAction> known, String contactId) {
        for (StoredAction each : known) {
            if (each.contactId().equals(contactId)) {
                return known.stream()
                        .map(action -> action.contactId().equals(contactId) ? action.erased() : action)
                        .toList();
            }
        }
        return known;
    }

    /** The contact that the batch has made and not deleted; null if it has not. */
    @Nullable
    NewContact newContact(ContactKey key) {
        return rows.contacts.get(key);
    }
}
