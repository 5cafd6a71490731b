package dev.messagecontact.command;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One command as its sender wrote it: readable, not yet checked. An absent field and a JSON null are null, an empty
 * string stays one. RequestId and ResourceDirectoryId are already those of the envelope where the command has none.
 *
 * @param messageTypes the texts in the array, in order
 * @param mistyped the parameters whose value is of the wrong JSON type, or has an element that is; their value is null
 */
public record AddMessageContact(
        @Nullable String requestId,
        @Nullable String directoryId,
        @Nullable String name,
        @Nullable String emailAddress,
        @Nullable String phoneNumber,
        @Nullable String title,
        @Nullable List<String> messageTypes,
        Set<Parameter> mistyped) {

    public AddMessageContact {
        messageTypes = messageTypes == null ? null : List.copyOf(messageTypes);
        mistyped = mistyped.isEmpty() ? Set.of() : Set.copyOf(mistyped);
    }

    /** Whether this parameter's value is of the wrong JSON type. */
    public boolean isMistyped(Parameter parameter) {
        return mistyped.contains(parameter);
    }
}
