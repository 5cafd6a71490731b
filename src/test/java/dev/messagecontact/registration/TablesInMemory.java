package dev.messagecontact.registration;

import dev.messagecontact.directory.Rows;
import dev.messagecontact.directory.Rows.NewContact;
import dev.messagecontact.directory.Rows.NewRejection;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What decisions leave behind, without a database. */
final class TablesInMemory {

    private final Map<String, StoredContact> contacts = new HashMap<>();
    private final Map<String, Map<String, String>> contactIdsByName = new TreeMap<>();
    private final Map<String, List<StoredRejection>> rejections = new HashMap<>();

    Snapshot snapshot(Set<String> directoryIds) {
        Map<String, DirectoryState> directories = new HashMap<>();
        Map<String, Set<String>> usedNames = new HashMap<>();
        for (String id : directoryIds) {
            Map<String, String> names = contactIdsByName.getOrDefault(id, Map.of());
            directories.put(id, Snapshots.directory(names.size(), null));
            usedNames.put(id, new HashSet<>(names.keySet()));
        }
        return Snapshots.of(directories, new HashMap<>(contacts), usedNames, new HashMap<>(rejections), Map.of());
    }

    void write(Rows rows) {
        for (NewContact row : rows.contacts()) {
            StoredContact stored = new StoredContact(row.contact().fingerprint(), row.createdAt(), row.source());
            if (contacts.put(row.contact().contactId(), stored) != null
                    || contactIdsByName
                                    .computeIfAbsent(row.contact().directoryId(), id -> new TreeMap<>())
                                    .put(row.contact().name(), row.contact().contactId())
                            != null) {
                throw new IllegalStateException("a unique key is broken");
            }
        }
        for (NewRejection row : rows.rejections()) {
            rejections
                    .computeIfAbsent(row.contact().contactId(), id -> new ArrayList<>())
                    .add(new StoredRejection(row.contact().directoryId(), row.code(), row.fingerprint(), row.source()));
        }
    }

    Map<String, Map<String, String>> contactIdsByName() {
        return contactIdsByName;
    }
}
