package dev.messagecontact.validation;

import static dev.messagecontact.command.ErrorCode.INVALID_EMAIL_ADDRESS;
import static dev.messagecontact.command.ErrorCode.INVALID_EMAIL_ADDRESS_LENGTH;
import static dev.messagecontact.command.ErrorCode.INVALID_MESSAGE_TYPES;
import static dev.messagecontact.command.ErrorCode.INVALID_NAME;
import static dev.messagecontact.command.ErrorCode.INVALID_NAME_LENGTH;
import static dev.messagecontact.command.ErrorCode.INVALID_PHONE_NUMBER;
import static dev.messagecontact.command.ErrorCode.INVALID_REQUEST_ID;
import static dev.messagecontact.command.ErrorCode.INVALID_RESOURCE_DIRECTORY_ID;
import static dev.messagecontact.command.ErrorCode.INVALID_TITLE;
import static dev.messagecontact.command.ErrorCode.MISSING_EMAIL_ADDRESS;
import static dev.messagecontact.command.ErrorCode.MISSING_MESSAGE_TYPES;
import static dev.messagecontact.command.ErrorCode.MISSING_NAME;
import static dev.messagecontact.command.ErrorCode.MISSING_PHONE_NUMBER;
import static dev.messagecontact.command.ErrorCode.MISSING_RESOURCE_DIRECTORY_ID;
import static dev.messagecontact.command.ErrorCode.MISSING_TITLE;
import static dev.messagecontact.command.Parameter.EMAIL_ADDRESS;
import static dev.messagecontact.command.Parameter.MESSAGE_TYPES;
import static dev.messagecontact.command.Parameter.NAME;
import static dev.messagecontact.command.Parameter.PHONE_NUMBER;
import static dev.messagecontact.command.Parameter.RESOURCE_DIRECTORY_ID;
import static dev.messagecontact.command.Parameter.TITLE;
import static java.util.Objects.requireNonNull;

import dev.messagecontact.command.AddMessageContact;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Identifiers;
import dev.messagecontact.command.MessageType;
import dev.messagecontact.command.Title;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The field rules of AddMessageContact. Missing means absent, null or empty; what is of the wrong JSON type is invalid.
 * Thread-safe.
 */
public final class ContactRules {

    private static final int MIN_NAME_LENGTH = 2;
    private static final int MAX_NAME_LENGTH = 12;

    private final RuleSettings settings;
    private final PhoneRule phoneRule;

    public ContactRules(RuleSettings settings) {
        this.settings = settings;
        this.phoneRule = new PhoneRule(settings.phoneCountryCodes());
    }

    /** The contact in normal form, or every rule that the command breaks. */
    public Checked check(AddMessageContact command) {
        List<ErrorCode> broken = new ArrayList<>();
        String requestId = requestId(command.requestId(), broken);
        String directoryId = directoryId(command.directoryId(), command.isMistyped(RESOURCE_DIRECTORY_ID), broken);
        String name = name(command, broken);
        String emailAddress = emailAddress(command, broken);
        Phone phone = phone(command, broken);
        Title title = title(command, broken);
        List<MessageType> messageTypes = messageTypes(command, broken);
        if (broken.isEmpty()) {
            return new Checked.Addition(Contact.of(
                    requireNonNull(requestId),
                    requireNonNull(directoryId),
                    requireNonNull(name),
                    requireNonNull(emailAddress),
                    phone,
                    requireNonNull(title),
                    requireNonNull(messageTypes)));
        }
        if (requestId == null || directoryId == null || name == null || title == null || messageTypes == null) {
            return new Checked.Refused(broken);
        }
        return new Checked.Refused(broken, content(command, requestId, directoryId, name, title, messageTypes));
    }

    /** Address and number are judged by settings and libraries, which change; what has no such form was never accepted. */
    private @Nullable Contact content(
            AddMessageContact command,
            String requestId,
            String directoryId,
            String name,
            Title title,
            List<MessageType> messageTypes) {
        String emailAddress = command.emailAddress();
        String number = command.phoneNumber();
        Phone phone = number == null ? null : phoneRule.wellFormed(number);
        if (emailAddress == null || emailAddress.isEmpty()) {
            return null;
        }
        boolean numberHasTheForm = !command.isMistyped(PHONE_NUMBER) && (number == null || phone != null);
        return numberHasTheForm
                ? Contact.of(requestId, directoryId, name, emailAddress, phone, title, messageTypes)
                : null;
    }

    // Each of these returns the normal form, or null where it adds the code of the rule that is broken.

    static @Nullable String requestId(@Nullable String sent, List<ErrorCode> broken) {
        if (sent == null || !Identifiers.isRequestId(sent)) {
            return refuse(INVALID_REQUEST_ID, broken);
        }
        return sent;
    }

    static @Nullable String directoryId(@Nullable String sent, boolean mistyped, List<ErrorCode> broken) {
        if (sent == null || sent.isEmpty()) {
            return refuse(mistyped ? INVALID_RESOURCE_DIRECTORY_ID : MISSING_RESOURCE_DIRECTORY_ID, broken);
        }
        return Identifiers.isDirectoryId(sent) ? sent : refuse(INVALID_RESOURCE_DIRECTORY_ID, broken);
    }

    private static @Nullable String name(AddMessageContact command, List<ErrorCode> broken) {
        String sent = command.name();
        if (sent == null || sent.isEmpty()) {
            return refuse(command.isMistyped(NAME) ? INVALID_NAME : MISSING_NAME, broken);
        }
        if (!Letters.only(sent)) {
            return refuse(INVALID_NAME, broken);
        }
        String name = Normalizer.normalize(sent, Normalizer.Form.NFC);
        int length = name.codePointCount(0, name.length());
        boolean fits = length >= MIN_NAME_LENGTH && length <= MAX_NAME_LENGTH;
        return fits ? name : refuse(INVALID_NAME_LENGTH, broken);
    }

    private @Nullable String emailAddress(AddMessageContact command, List<ErrorCode> broken) {
        String sent = command.emailAddress();
        if (sent == null || sent.isEmpty()) {
            boolean mistyped = command.isMistyped(EMAIL_ADDRESS);
            return refuse(mistyped ? INVALID_EMAIL_ADDRESS : MISSING_EMAIL_ADDRESS, broken);
        }
        if (sent.codePointCount(0, sent.length()) > settings.maxEmailLength()) {
            return refuse(INVALID_EMAIL_ADDRESS_LENGTH, broken);
        }
        return EmailSyntax.isMetBy(sent) ? sent : refuse(INVALID_EMAIL_ADDRESS, broken);
    }

    /** Null also where the contact has none and needs none. */
    private @Nullable Phone phone(AddMessageContact command, List<ErrorCode> broken) {
        String sent = command.phoneNumber();
        if (command.isMistyped(PHONE_NUMBER)) {
            return refuse(INVALID_PHONE_NUMBER, broken);
        }
        if (sent == null) {
            return settings.phoneRequired() ? refuse(MISSING_PHONE_NUMBER, broken) : null;
        }
        return sent.isBlank() ? refuse(MISSING_PHONE_NUMBER, broken) : phoneRule.phone(sent, broken);
    }

    private static @Nullable Title title(AddMessageContact command, List<ErrorCode> broken) {
        String sent = command.title();
        if (sent == null || sent.isEmpty()) {
            return refuse(command.isMistyped(TITLE) ? INVALID_TITLE : MISSING_TITLE, broken);
        }
        Title title = Title.named(sent);
        return title == null ? refuse(INVALID_TITLE, broken) : title;
    }

    private static @Nullable List<MessageType> messageTypes(AddMessageContact command, List<ErrorCode> broken) {
        List<String> sent = command.messageTypes();
        if (sent == null || sent.isEmpty()) {
            boolean mistyped = command.isMistyped(MESSAGE_TYPES);
            return refuse(mistyped ? INVALID_MESSAGE_TYPES : MISSING_MESSAGE_TYPES, broken);
        }
        List<MessageType> types = new ArrayList<>(sent.size());
        Set<MessageType> seen = EnumSet.noneOf(MessageType.class);
        for (String name : sent) {
            MessageType type = MessageType.named(name);
            if (type == null) {
                return refuse(INVALID_MESSAGE_TYPES, broken);
            }
            if (seen.add(type)) {
                types.add(type);
            }
        }
        return types;
    }

    /** Adds the code, and is the normal form that there isn't. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
    static <T> @Nullable T refuse(ErrorCode code, List<ErrorCode> broken) {
        broken.add(code);
        return null;
    }
}
