package dev.messagecontact.registration;

import dev.messagecontact.directory.ContactKey;
import dev.messagecontact.directory.Rows;
import dev.messagecontact.directory.Rows.Deleted;
import dev.messagecontact.directory.Rows.EarlyConfirmation;
import dev.messagecontact.directory.Rows.NewAction;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Rows.NewRefusal;
import dev.messagecontact.directory.Rows.NewRejection;
import dev.messagecontact.directory.Rows.Resent;
import dev.messagecontact.directory.Rows.Tombstone;
import dev.messagecontact.directory.Rows.Verified;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the {@link Rows} of a batch while it is decided. Which class adds which: {@link BatchState} refusals;
 * {@link History} contacts, rejections, actions and some tombstones; {@link LivingContacts} verified, early and matched;
 * {@link Actions} deleted, tombstones and resent.
 */
final class BatchRows {

    final Map<ContactKey, NewContact> contacts = new LinkedHashMap<>();
    final List<NewRejection> rejections = new ArrayList<>();
    final List<NewRefusal> refusals = new ArrayList<>();
    final List<NewAction> actions = new ArrayList<>();
    final Map<ContactKey, Verified> verified = new LinkedHashMap<>();
    final List<Deleted> deleted = new ArrayList<>();
    final List<Tombstone> tombstones = new ArrayList<>();
    final List<Resent> resent = new ArrayList<>();
    /** By its verification. */
    final Map<Map.Entry<ContactKey, String>, EarlyConfirmation> early = new LinkedHashMap<>();

    final List<EarlyConfirmation> matched = new ArrayList<>();

    Rows toStore() {
        return new Rows(
                List.copyOf(contacts.values()),
                rejections,
                refusals,
                actions,
                List.copyOf(verified.values()),
                deleted,
                tombstones,
                resent,
                List.copyOf(early.values()),
                matched);
    }
}
