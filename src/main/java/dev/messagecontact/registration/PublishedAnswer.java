package dev.messagecontact.registration;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a record was answered, as its event in a topic tells: a rebuild reads it there, because the database has lost it.
 *
 * @param codes why it was rejected; empty if it was done
 * @param status of the contact afterwards, where the answer tells it
 * @param channel of the verification, where the answer tells it
 */
public record PublishedAnswer(
        List<ErrorCode> codes,
        @Nullable ContactStatus status,
        @Nullable Channel channel) {
    public PublishedAnswer {
        codes = List.copyOf(codes);
    }

    /** One that tells neither. */
    public PublishedAnswer(List<ErrorCode> codes) {
        this(codes, null, null);
    }

    /** Whether what was asked for was done. */
    boolean isDone() {
        return codes.isEmpty();
    }

    /** Whether something was done to a contact that was there: how a contact was added is told without a status. */
    boolean isDoneToContact() {
        return isDone() && status != null;
    }

    /** Whether the record was turned down whatever was stored: nothing is kept of that under its RequestId. */
    boolean isRefusal() {
        return !isDone() && !code().dependsOnState();
    }

    /** The code of what was not done. */
    ErrorCode code() {
        return codes.get(0);
    }
}
