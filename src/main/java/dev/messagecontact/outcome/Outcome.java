package dev.messagecontact.outcome;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.verification.ContactStatus;
import dev.messagecontact.verification.VerificationRequest;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What became of one command. There is no fourth possibility. */
public sealed interface Outcome {

    /** The exhaustive switch of Java 17. */
    <T> T match(Function<Added, T> added, Function<Changed, T> changed, Function<Rejected, T> rejected);

    /** Whether the record was not read because of its size or depth. */
    default boolean isRefusedByLimits() {
        return this instanceof Rejected rejected && rejected.codes().get(0).isOfLimits();
    }

    /**
     * The contact is in the directory.
     *
     * @param createdAt milliseconds since 1970 UTC, of the command that made the contact: earlier than this command's
     *     for a duplicate
     * @param verify whether verification requests follow: not for a duplicate, not in a replay
     */
    record Added(Contact contact, long createdAt, boolean verify) implements Outcome {
        @Override
        public <T> T match(Function<Added, T> added, Function<Changed, T> changed, Function<Rejected, T> rejected) {
            return added.apply(this);
        }
    }

    /**
     * Something has happened to a contact that was there.
     *
     * @param kind any but {@link ResultKind#ADDED}
     * @param status of the contact, afterwards
     * @param channel of the verification; null if the contact is deleted
     * @param request the verification request that follows; null if none does
     */
    record Changed(
            ResultKind kind,
            String contactId,
            ContactStatus status,
            @Nullable Channel channel,
            @Nullable VerificationRequest request)
            implements Outcome {

        /** The same, without a verification request. */
        public Changed withoutRequest() {
            return new Changed(kind, contactId, status, channel, null);
        }

        @Override
        public <T> T match(Function<Added, T> added, Function<Changed, T> changed, Function<Rejected, T> rejected) {
            return changed.apply(this);
        }
    }

    /**
     * What the command asked for was not done. That it was rejected, and why, may be stored.
     *
     * @param codes why, at least one; the first is the answer's code
     */
    record Rejected(List<ErrorCode> codes) implements Outcome {
        public Rejected {
            codes = List.copyOf(codes);
            if (codes.isEmpty()) {
                throw new IllegalArgumentException("rejected for no reason");
            }
        }

        /** Rejected for this one reason. */
        public Rejected(ErrorCode code) {
            this(List.of(code));
        }

        public ErrorCode code() {
            return codes.get(0);
        }

        @Override
        public <T> T match(Function<Added, T> added, Function<Changed, T> changed, Function<Rejected, T> rejected) {
            return rejected.apply(this);
        }
    }
}
