package dev.messagecontact.validation;

import static dev.messagecontact.command.ErrorCode.INVALID_CONTACT_ID;
import static dev.messagecontact.command.ErrorCode.INVALID_EMAIL_ADDRESS;
import static dev.messagecontact.command.ErrorCode.INVALID_PHONE_NUMBER;
import static dev.messagecontact.command.ErrorCode.INVALID_VERIFICATION_ID;
import static dev.messagecontact.command.ErrorCode.MISSING_CONTACT_ID;
import static dev.messagecontact.command.ErrorCode.MISSING_VERIFICATION_ID;
import static dev.messagecontact.validation.ContactRules.refuse;
import static java.util.Objects.requireNonNull;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.ContactCommand;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Identifiers;
import dev.messagecontact.command.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The field rules of the actions on a contact. Missing means absent, null or empty; what is of the wrong JSON type is
 * invalid. No setting changes them.
 */
public final class ActionRules {

    private ActionRules() {}

    /** The command in normal form, or every rule that it breaks. */
    public static Checked check(ContactCommand command) {
        List<ErrorCode> broken = new ArrayList<>();
        String requestId = ContactRules.requestId(command.requestId(), broken);
        String directoryId = ContactRules.directoryId(
                command.directoryId(), command.isMistyped(Parameter.RESOURCE_DIRECTORY_ID), broken);
        String contactId = id(
                command.contactId(),
                command.isMistyped(Parameter.CONTACT_ID),
                Identifiers::isContactId,
                MISSING_CONTACT_ID,
                INVALID_CONTACT_ID,
                broken);
        String verificationId = command.action() == Action.CONFIRM ? verificationId(command, broken) : null;
        String target = target(command, broken);
        return broken.isEmpty()
                ? new Checked.Action(ContactAction.of(
                        command.action(),
                        requireNonNull(requestId),
                        requireNonNull(directoryId),
                        requireNonNull(contactId),
                        target,
                        verificationId))
                : new Checked.Refused(broken);
    }

    private static @Nullable String verificationId(ContactCommand command, List<ErrorCode> broken) {
        return id(
                command.verificationId(),
                command.isMistyped(Parameter.VERIFICATION_ID),
                Identifiers::isVerificationId,
                MISSING_VERIFICATION_ID,
                INVALID_VERIFICATION_ID,
                broken);
    }

    private static @Nullable String id(
            @Nullable String sent,
            boolean isMistyped,
            Predicate<String> syntax,
            ErrorCode missing,
            ErrorCode invalid,
            List<ErrorCode> broken) {
        if (sent == null || sent.isEmpty()) {
            return refuse(isMistyped ? invalid : missing, broken);
        }
        return syntax.test(sent) ? sent : refuse(invalid, broken);
    }

    /** Null also where the command names none. What it names is compared with the contact's own, so it needs no syntax. */
    private static @Nullable String target(ContactCommand command, List<ErrorCode> broken) {
        return switch (command.action()) {
            case SEND_EMAIL_VERIFICATION ->
                text(
                        command.emailAddress(),
                        command.isMistyped(Parameter.EMAIL_ADDRESS),
                        INVALID_EMAIL_ADDRESS,
                        broken);
            case SEND_PHONE_VERIFICATION ->
                text(command.phoneNumber(), command.isMistyped(Parameter.PHONE_NUMBER), INVALID_PHONE_NUMBER, broken);
            case ADD, DELETE, CONFIRM -> null;
        };
    }

    private static @Nullable String text(
            @Nullable String sent, boolean isMistyped, ErrorCode invalid, List<ErrorCode> broken) {
        if (isMistyped) {
            return refuse(invalid, broken);
        }
        return sent == null || sent.isEmpty() ? null : sent;
    }
}
