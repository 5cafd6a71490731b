package dev.messagecontact.command;

import java.util.function.Function;

/** What could be read of a record: a command, or why it is none. */
public sealed interface Decoded {

    Envelope envelope();

    /** The exhaustive switch of Java 17. */
    <T> T match(Function<Command, T> command, Function<Unreadable, T> unreadable);

    /**
     * A JSON object that can be checked as a command.
     *
     * @param idsInValue whether RequestId and ResourceDirectoryId both stand in the record's value, and none of them in its
     *     key or headers only
     */
    record Command(Envelope envelope, AddMessageContact content, boolean idsInValue) implements Decoded {

        /** One with both ids in its value. */
        public Command(Envelope envelope, AddMessageContact content) {
            this(envelope, content, true);
        }

        @Override
        public <T> T match(Function<Command, T> command, Function<Unreadable, T> unreadable) {
            return command.apply(this);
        }
    }

    /** A record that is no command; the code is one of {@code InvalidCommand}. */
    record Unreadable(Envelope envelope, ErrorCode code) implements Decoded {
        @Override
        public <T> T match(Function<Command, T> command, Function<Unreadable, T> unreadable) {
            return unreadable.apply(this);
        }
    }
}
