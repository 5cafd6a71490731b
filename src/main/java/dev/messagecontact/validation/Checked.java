package dev.messagecontact.validation;

import dev.messagecontact.command.ErrorCode;
import java.util.List;
import java.util.function.Function;

/** What the field rules say of a command. */
public sealed interface Checked {

    /** The exhaustive switch of Java 17. */
    <T> T match(Function<Acceptable, T> acceptable, Function<Refused, T> refused);

    /** No field rule is broken; what is left to decide depends on the directory. */
    record Acceptable(Contact contact) implements Checked {
        @Override
        public <T> T match(Function<Acceptable, T> acceptable, Function<Refused, T> refused) {
            return acceptable.apply(this);
        }
    }

    /**
     * At least one field rule is broken.
     *
     * @param codes every broken rule, at most one per parameter, in the order of the checks
     */
    record Refused(List<ErrorCode> codes) implements Checked {
        public Refused {
            codes = List.copyOf(codes);
            if (codes.isEmpty()) {
                throw new IllegalArgumentException("refused for no reason");
            }
        }

        @Override
        public <T> T match(Function<Acceptable, T> acceptable, Function<Refused, T> refused) {
            return refused.apply(this);
        }
    }
}
