package dev.messagecontact.command;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command about a contact that should be there, as its sender wrote it: readable, not yet checked. An absent field and a
 * JSON null are null, an empty string stays one.
 *
 * @param action any but {@link Action#ADD}
 * @param requestId the envelope's where the command has none, and so the directory id
 * @param mistyped the parameters whose value is of the wrong JSON type; their value is null
 */
public record ContactCommand(
        Action action,
        @Nullable String requestId,
        @Nullable String directoryId,
        @Nullable String contactId,
        @Nullable String emailAddress,
        @Nullable String phoneNumber,
        @Nullable String verificationId,
        Set<Parameter> mistyped) {

    public ContactCommand {
        mistyped = mistyped.isEmpty() ? Set.of() : Set.copyOf(mistyped);
    }

    /** Whether this parameter's value is of the wrong JSON type. */
    public boolean isMistyped(Parameter parameter) {
        return mistyped.contains(parameter);
    }
}
