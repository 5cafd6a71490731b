package dev.messagecontact.registration;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.directory.Snapshot.DirectoryState;
import dev.messagecontact.directory.Snapshot.StoredContact;
import dev.messagecontact.directory.Snapshot.StoredRejection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a database knows of a batch without commands about contacts. */
final class Snapshots {

    /** Nothing, and no directory is ours. */
    static final Snapshot EMPTY = of(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

    private Snapshots() {}

    static Snapshot of(
            Map<String, DirectoryState> directories,
            Map<String, StoredContact> contacts,
            Map<String, Set<String>> usedNames,
            Map<String, List<StoredRejection>> rejections,
            Map<RecordId, List<ErrorCode>> refusals) {
        return new Snapshot(
                directories,
                contacts,
                usedNames,
                rejections,
                refusals,
                Map.of(),
                Map.of(),
                new HashMap<>(),
                new HashMap<>());
    }

    /** One without an account. */
    static DirectoryState directory(int contactCount, @Nullable Integer contactLimit) {
        return new DirectoryState(contactCount, contactLimit, null);
    }
}
