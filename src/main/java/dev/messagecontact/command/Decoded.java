package dev.messagecontact.command;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What could be read of a record: a command, or why it is none. */
public sealed interface Decoded {

    Envelope envelope();

    /** The exhaustive switch of Java 17. */
    <T> T match(Function<Addition, T> addition, Function<Action, T> action, Function<Unreadable, T> unreadable);

    /**
     * A JSON object that can be checked as a command to add a contact.
     *
     * @param inValue whether RequestId and ResourceDirectoryId both stand in the record's value, and none of them in its
     *     key or headers only
     */
    record Addition(Envelope envelope, AddMessageContact content, boolean inValue) implements Decoded {
        @Override
        public <T> T match(
                Function<Addition, T> addition, Function<Action, T> action, Function<Unreadable, T> unreadable) {
            return addition.apply(this);
        }
    }

    /**
     * A JSON object that can be checked as a command about a contact that should be there.
     *
     * @param inValue whether RequestId, ResourceDirectoryId and what is asked for stand in the record's value
     */
    record Action(Envelope envelope, ContactCommand content, boolean inValue) implements Decoded {
        @Override
        public <T> T match(
                Function<Addition, T> addition, Function<Action, T> action, Function<Unreadable, T> unreadable) {
            return action.apply(this);
        }
    }

    /**
     * A record that is no command.
     *
     * @param code one of {@code InvalidCommand}
     * @param asAdd what releases that knew one action only have read of it; null if they have read nothing either
     */
    record Unreadable(
            Envelope envelope, ErrorCode code, @Nullable AddMessageContact asAdd) implements Decoded {

        /** One that no release could read. */
        public Unreadable(Envelope envelope, ErrorCode code) {
            this(envelope, code, null);
        }

        @Override
        public <T> T match(
                Function<Addition, T> addition, Function<Action, T> action, Function<Unreadable, T> unreadable) {
            return unreadable.apply(this);
        }
    }
}
