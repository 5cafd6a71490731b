package dev.messagecontact.outcome;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.validation.Contact;
import java.util.List;
import java.util.function.Function;

/** What became of one record of the command topic. There is no third possibility. */
public sealed interface Outcome {

    /** The exhaustive switch of Java 17. */
    <T> T match(Function<Added, T> added, Function<Rejected, T> rejected);

    /**
     * The contact is in the directory.
     *
     * @param createdAt milliseconds since 1970 UTC, of the command that made the contact: earlier than this command's
     *     for a duplicate
     * @param verify whether verification requests follow: not for a duplicate, not in a replay
     */
    record Added(Contact contact, long createdAt, boolean verify) implements Outcome {
        @Override
        public <T> T match(Function<Added, T> added, Function<Rejected, T> rejected) {
            return added.apply(this);
        }
    }

    /**
     * Nothing was stored.
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
        public <T> T match(Function<Added, T> added, Function<Rejected, T> rejected) {
            return rejected.apply(this);
        }
    }
}
