package dev.messagecontact.registration;

import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Rows.EarlyConfirmation;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.StoredDetails;
import dev.messagecontact.verification.Channel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The contacts of a batch that live, and their confirmations, also those that came before what they confirm was known.
 */
final class LivingContacts {

    private static final StoredDetails DELETED = new StoredDetails(true, null, null, null, null, null, null, Map.of());

    private final History history;
    private final Map<ContactKey, StoredDetails> stored;
    private final Map<ContactKey, Map<String, Long>> early;
    private final Map<ContactKey, Long> deletions;
    private final Map<ContactKey, LivingContact> living = new HashMap<>();
    private final BatchRows rows;

    /**
     * @param history has the contacts that the batch makes
     * @param rows get what is confirmed within the batch
     */
    LivingContacts(Snapshot known, History history, BatchRows rows) {
        this.history = history;
        this.rows = rows;
        stored = new HashMap<>(known.details());
        early = new HashMap<>();
        known.early().forEach((key, confirmed) -> early.put(key, new HashMap<>(confirmed)));
        deletions = new HashMap<>(known.deletions());
        deletions.keySet().forEach(key -> stored.putIfAbsent(key, DELETED));
        stored.forEach((key, details) -> {
            if (!details.isDeleted()) {
                living.put(key, LivingContact.of(key, details));
            }
        });
    }

    /** The contact if there is one that lives. */
    @Nullable
    LivingContact get(ContactKey key) {
        NewContact ofBatch = history.newContact(key);
        return ofBatch == null
                ? living.get(key)
                : living.computeIfAbsent(key, k -> LivingContact.of(ofBatch.contact()));
    }

    /** The batch has made this contact; what was confirmed of it takes effect. */
    void added(ContactKey key) {
        if (early.containsKey(key)) {
            confirmEarly(get(key));
        }
    }

    void delete(ContactKey key) {
        living.remove(key);
        rows.verified.remove(key);
        early.remove(key);
        stored.put(key, DELETED);
    }

    /** The contact was deleted at that time, and is not known: the command that makes it is gone, or read later. */
    void deletedUnknown(ContactKey key, long at) {
        deletions.putIfAbsent(key, at);
        delete(key);
    }

    /** When a contact was deleted that is not known yet, in milliseconds since 1970 UTC; null if it was not. */
    @Nullable
    Long deletedAt(ContactKey key) {
        return deletions.get(key);
    }

    /** Whether it was deleted, as far as commands of the batch are about it. */
    boolean isDeleted(ContactKey key) {
        StoredDetails details = stored.get(key);
        return details != null && details.isDeleted();
    }

    /** The hash of its content as it is stored; null if it is not stored, or deleted. */
    @Nullable
    Long fingerprint(ContactKey key) {
        StoredDetails details = stored.get(key);
        return details == null ? null : details.fingerprint();
    }

    void confirm(LivingContact contact, Channel channel, long at) {
        if (contact.confirm(channel, at)) {
            rows.verified.put(contact.key(), contact.verified());
        }
    }

    /** Keeps the earliest confirmation for the verification that may come; of a deleted contact none will. */
    void keep(ContactKey key, String verificationId, long at) {
        if (!isDeleted(key)) {
            Map<String, Long> kept = early.computeIfAbsent(key, none -> new HashMap<>());
            Long before = kept.get(verificationId);
            if (before == null || at < before) {
                kept.put(verificationId, at);
                rows.early.put(Map.entry(key, verificationId), new EarlyConfirmation(key, verificationId, at));
            }
            if (before != null && at < before) {
                rows.matched.add(new EarlyConfirmation(key, verificationId, before));
            }
        }
    }

    /** What was confirmed before it was known takes effect. */
    void confirmEarly(@Nullable LivingContact contact) {
        Map<String, Long> confirmed = contact == null ? null : early.get(contact.key());
        if (contact == null || confirmed == null) {
            return;
        }
        Map<String, Long> rest = new HashMap<>(confirmed);
        confirmed.forEach((verificationId, at) -> contact.channelOf(verificationId)
                .ifPresent(channel -> {
                    confirm(contact, channel, at);
                    rest.remove(verificationId);
                    rows.early.remove(Map.entry(contact.key(), verificationId));
                    rows.matched.add(new EarlyConfirmation(contact.key(), verificationId, at));
                }));
        early.put(contact.key(), rest);
    }
}
