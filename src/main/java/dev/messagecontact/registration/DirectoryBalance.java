package dev.messagecontact.registration;

import dev.messagecontact.directory.Snapshot.DirectoryState;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One directory's count and names, changed as the batch goes on. Of the names, those that the batch asks about are known. */
final class DirectoryBalance {

    private final Set<String> names;
    private final int limit;
    private final @Nullable String accountId;
    private int count;

    DirectoryBalance(DirectoryState state, @Nullable Set<String> usedNames, int contactLimit) {
        names = usedNames == null ? new HashSet<>() : new HashSet<>(usedNames);
        limit = state.contactLimit() == null ? contactLimit : state.contactLimit();
        count = state.contactCount();
        accountId = state.accountId();
    }

    @Nullable
    String accountId() {
        return accountId;
    }

    boolean isFull() {
        return count >= limit;
    }

    boolean has(String name) {
        return names.contains(name);
    }

    void add(String name) {
        names.add(name);
        count++;
    }

    void remove(String name) {
        names.remove(name);
        count--;
    }
}
