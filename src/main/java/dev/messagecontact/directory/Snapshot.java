package dev.messagecontact.directory;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the database knows of a batch's directories and commands.
 *
 * @param directories by directory id: every directory of the batch whose lock is ours; the others are locked by somebody
 *     else
 * @param contacts by contact id: those of the batch's requests that made a contact before
 * @param usedNames by directory id: those of the batch's names that a contact has
 * @param rejections by contact id: what was decided against the batch's requests before
 * @param refusals by the record's position: the codes of those of the batch's records that were refused before
 * @param actions by the key of the request: what was decided about commands about contacts before
 * @param details of the contacts that commands of the batch are about
 * @param early by contact and verification: when it was confirmed, in milliseconds since 1970 UTC, before the verification
 *     was known
 * @param deletions by contact: when a command deleted it, in milliseconds since 1970 UTC, of those that {@code
 *     Question.told} names
 */
public record Snapshot(
        Map<String, DirectoryState> directories,
        Map<String, StoredContact> contacts,
        Map<String, Set<String>> usedNames,
        Map<String, List<StoredRejection>> rejections,
        Map<RecordId, List<ErrorCode>> refusals,
        Map<String, List<StoredAction>> actions,
        Map<ContactKey, StoredDetails> details,
        Map<ContactKey, Map<String, Long>> early,
        Map<ContactKey, Long> deletions) {

    /**
     * A directory as it stands.
     *
     * @param contactLimit its own limit, or null where the worker's setting holds
     * @param accountId the account that owns it, or null where none is set
     */
    public record DirectoryState(
            int contactCount,
            @Nullable Integer contactLimit,
            @Nullable String accountId) {}

    /**
     * A contact that exists, or did.
     *
     * @param fingerprint of its content; null if the contact is deleted
     * @param createdAt milliseconds since 1970 UTC
     * @param source the record that made it
     */
    public record StoredContact(@Nullable Long fingerprint, long createdAt, RecordId source) {

        /** Whether what the person has told is erased. */
        public boolean isDeleted() {
            return fingerprint == null;
        }
    }

    /**
     * A rejection that depended on state.
     *
     * @param fingerprint of the content; null if a contact of this request or of this content was deleted since
     * @param source the record that was rejected
     */
    public record StoredRejection(
            String directoryId, ErrorCode code, @Nullable Long fingerprint, RecordId source) {

        /** The same one, once the contact with this content is erased. */
        public StoredRejection without(Content erased) {
            return new Content(directoryId, fingerprint).equals(erased)
                    ? new StoredRejection(directoryId, code, null, source)
                    : this;
        }
    }
}
