package dev.messagecontact.validation;

import dev.messagecontact.command.ErrorCode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the field rules say of a command. */
public sealed interface Checked {

    /** The exhaustive switch of Java 17. */
    <T> T match(Function<Addition, T> addition, Function<Action, T> action, Function<Refused, T> refused);

    /** A command to add a contact that breaks no field rule; what is left to decide depends on the directory. */
    record Addition(Contact contact) implements Checked {
        @Override
        public <T> T match(Function<Addition, T> addition, Function<Action, T> action, Function<Refused, T> refused) {
            return addition.apply(this);
        }
    }

    /** A command for an action on a contact that breaks no field rule; what is left to decide depends on the contact. */
    record Action(ContactAction content) implements Checked {
        @Override
        public <T> T match(Function<Addition, T> addition, Function<Action, T> action, Function<Refused, T> refused) {
            return action.apply(this);
        }
    }

    /**
     * A command that breaks at least one field rule.
     *
     * @param codes every broken rule, at most one per parameter, in the order of the checks
     * @param content the contact that other settings, or another version of the libraries that decide about addresses and
     *     numbers, may have accepted; null if none could
     */
    record Refused(List<ErrorCode> codes, @Nullable Contact content) implements Checked {
        public Refused {
            codes = List.copyOf(codes);
            if (codes.isEmpty()) {
                throw new IllegalArgumentException("refused for no reason");
            }
        }

        /** Refused whatever the settings. */
        public Refused(List<ErrorCode> codes) {
            this(codes, null);
        }

        @Override
        public <T> T match(Function<Addition, T> addition, Function<Action, T> action, Function<Refused, T> refused) {
            return refused.apply(this);
        }
    }
}
