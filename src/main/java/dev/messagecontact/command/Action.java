package dev.messagecontact.command;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a command asks for: an operation of Resource Directory, API version 2022-04-19, or, where that has none, one of our
 * own.
 */
public enum Action {
    ADD("AddMessageContact", "messagecontact.add.v1", Origin.UPSTREAM),
    SEND_EMAIL_VERIFICATION(
            "SendEmailVerificationForMessageContact", "messagecontact.send-email-verification.v1", Origin.UPSTREAM),
    SEND_PHONE_VERIFICATION(
            "SendPhoneVerificationForMessageContact", "messagecontact.send-phone-verification.v1", Origin.UPSTREAM),
    DELETE("DeleteMessageContact", "messagecontact.delete.v1", Origin.UPSTREAM),
    /** The public API has none: there, the person's click goes to the cloud itself. */
    CONFIRM("ConfirmMessageContactVerification", "messagecontact.confirm-verification.v1", Origin.SENDERS);

    private final String operation;
    private final String eventType;
    private final Origin origin;

    Action(String operation, String eventType, Origin origin) {
        this.operation = operation;
        this.eventType = eventType;
        this.origin = origin;
    }

    /** The operation's name, as it stands in the field {@code Action}. */
    public String operation() {
        return operation;
    }

    /** The CloudEvents type of a command that asks for it. */
    public String eventType() {
        return eventType;
    }

    /** The topic that it may be asked for on. */
    public Origin origin() {
        return origin;
    }

    /**
     * The action with this operation's name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Action of(String operation) {
        return find(action -> action.operation.equals(operation))
                .orElseThrow(() -> new IllegalArgumentException("no such action: " + operation));
    }

    /**
     * What a command of this origin asks for. Where neither its field nor its CloudEvents type says so, it is what the topic
     * was first made for.
     *
     * @param operation what the field {@code Action} says; null if it says nothing
     * @param eventType the CloudEvents type; null if there is none
     * @return empty if it is unknown, if the two differ, or if the origin may not ask for it
     */
    static Optional<Action> asked(@Nullable String operation, @Nullable String eventType, Origin origin) {
        if (operation == null && eventType == null) {
            return Optional.of(origin == Origin.UPSTREAM ? ADD : CONFIRM);
        }
        return find(action -> action.origin == origin
                && (operation == null || Objects.equals(operation, action.operation))
                && (eventType == null || Objects.equals(eventType, action.eventType)));
    }

    private static Optional<Action> find(Predicate<Action> which) {
        return Arrays.stream(values()).filter(which).findFirst();
    }
}
