package dev.messagecontact.command;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every code an error event can carry, with the public operation's HTTP status and message; those that the operation
 * does not know (a record that is no command, the idempotency rule, our own failure) follow its pattern.
 */
public enum ErrorCode {
    INVALID_REQUEST_ID("InvalidParameter.RequestId", Parameter.REQUEST_ID, "The RequestId is invalid."),
    MISSING_RESOURCE_DIRECTORY_ID(
            "MissingParameter.ResourceDirectoryId",
            Parameter.RESOURCE_DIRECTORY_ID,
            "You must specify ResourceDirectoryId."),
    INVALID_RESOURCE_DIRECTORY_ID(
            "InvalidParameter.ResourceDirectoryId",
            Parameter.RESOURCE_DIRECTORY_ID,
            "The ResourceDirectoryId is invalid."),
    MISSING_CONTACT_ID("MissingParameter.ContactId", Parameter.CONTACT_ID, "You must specify ContactId."),
    INVALID_CONTACT_ID("InvalidParameter.ContactId", Parameter.CONTACT_ID, "The ContactId is invalid."),
    MISSING_VERIFICATION_ID(
            "MissingParameter.VerificationId", Parameter.VERIFICATION_ID, "You must specify VerificationId."),
    INVALID_VERIFICATION_ID(
            "InvalidParameter.VerificationId", Parameter.VERIFICATION_ID, "The VerificationId is invalid."),
    MISSING_NAME("MissingParameter.Name", Parameter.NAME, "You must specify Name."),
    INVALID_NAME("InvalidParameter.Name", Parameter.NAME, "The Name is invalid."),
    INVALID_NAME_LENGTH("InvalidParameter.Name.Length", Parameter.NAME, "The Name exceeds the length limit."),
    MISSING_EMAIL_ADDRESS("MissingParameter.EmailAddress", Parameter.EMAIL_ADDRESS, "You must specify EmailAddress."),
    INVALID_EMAIL_ADDRESS("InvalidParameter.EmailAddress", Parameter.EMAIL_ADDRESS, "The EmailAddress is invalid."),
    INVALID_EMAIL_ADDRESS_LENGTH(
            "InvalidParameter.EmailAddress.Length",
            Parameter.EMAIL_ADDRESS,
            "The EmailAddress exceeds the length limit."),
    MISSING_PHONE_NUMBER("MissingParameter.PhoneNumber", Parameter.PHONE_NUMBER, "You must specify PhoneNumber."),
    INVALID_PHONE_NUMBER("InvalidParameter.PhoneNumber", Parameter.PHONE_NUMBER, "The PhoneNumber is invalid."),
    INVALID_MOBILE_COUNTRY_CODE(
            "InvalidParameter.MobileCountryCode",
            Parameter.PHONE_NUMBER,
            "The current site does not support the country code."),
    MISSING_TITLE("MissingParameter.Title", Parameter.TITLE, "You must specify Title."),
    INVALID_TITLE("InvalidParameter.Title", Parameter.TITLE, "The Title is invalid."),
    MISSING_MESSAGE_TYPES("MissingParameter.MessageTypes", Parameter.MESSAGE_TYPES, "You must specify MessageTypes."),
    INVALID_MESSAGE_TYPES("InvalidParameter.MessageTypes", Parameter.MESSAGE_TYPES, "The MessageTypes is invalid."),
    IDEMPOTENT_PARAMETER_MISMATCH(
            "IdempotentParameterMismatch",
            Parameter.REQUEST_ID,
            "The RequestId has been used with other parameters. Please use another RequestId."),
    NAME_ALREADY_USED(
            "InvalidParameter.Name.AlreadyUsed",
            Parameter.NAME,
            "The Name already exists. Please change to another name."),
    CONTACT_LIMIT_EXCEEDED(
            "LimitExceeded.Contacts",
            Parameter.RESOURCE_DIRECTORY_ID,
            "The maximum number of contacts in a resource directory exceeds the limit."),
    CONTACT_NOT_FOUND("EntityNotExists.Contact", Parameter.CONTACT_ID, 404, false, "This Contact does not exist."),
    VERIFICATION_NOT_FOUND(
            "EntityNotExists.Contact.Verification",
            Parameter.CONTACT_ID,
            404,
            false,
            "This contact verification does not exist."),
    CONCURRENT_CALL(
            "ConcurrentCallNotSupported",
            Parameter.RESOURCE_DIRECTORY_ID,
            429,
            true,
            "The operation conflicts with other operations. Please try again later."),
    NO_PERMISSION("NoPermission", null, 403, false, "You are not authorized to perform this operation."),
    EMPTY_COMMAND("InvalidCommand.Empty", null, "The command is empty."),
    COMMAND_NOT_UTF8("InvalidCommand.Encoding", null, "The command is not encoded in UTF-8."),
    COMMAND_NOT_JSON("InvalidCommand.Json", null, "The command is not valid JSON."),
    COMMAND_NOT_AN_OBJECT("InvalidCommand.NotAnObject", null, "The command is not a JSON object."),
    DUPLICATE_FIELD("InvalidCommand.DuplicateField", null, "The command has a field more than once."),
    UNSUPPORTED_ACTION(
            "InvalidCommand.UnsupportedAction", null, "The command asks for an action that is not supported here."),
    COMMAND_TOO_LARGE("InvalidCommand.TooLarge", null, "The command exceeds the size limit."),
    COMMAND_TOO_DEEP("InvalidCommand.TooDeep", null, "The command exceeds the nesting limit."),
    ILL_FORMED_TEXT("InvalidCommand.IllFormedText", null, "The command contains text that is not well-formed."),
    INTERNAL_ERROR("InternalError", null, 500, true, "The command could not be processed. Please try again later.");

    private static final Set<ErrorCode> DECIDED_BY_STATE = Set.of(
            NAME_ALREADY_USED,
            CONTACT_LIMIT_EXCEEDED,
            CONTACT_NOT_FOUND,
            VERIFICATION_NOT_FOUND,
            CONCURRENT_CALL,
            INTERNAL_ERROR);

    private static final Map<String, ErrorCode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::code, code -> code));

    private final String code;
    private final @Nullable Parameter parameter;
    private final int httpStatus;
    private final boolean retryable;
    private final String message;

    ErrorCode(String code, @Nullable Parameter parameter, String message) {
        this(code, parameter, 400, false, message);
    }

    ErrorCode(String code, @Nullable Parameter parameter, int httpStatus, boolean retryable, String message) {
        this.code = code;
        this.parameter = parameter;
        this.httpStatus = httpStatus;
        this.retryable = retryable;
        this.message = message;
    }

    /** The code as it stands in events, for example {@code InvalidParameter.Name.Length}. */
    public String code() {
        return code;
    }

    /** The parameter at fault, or null if it is the record as a whole or us. */
    public @Nullable Parameter parameter() {
        return parameter;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the decision depended on what was stored, locked or failing at the time, and not on command and sender alone. */
    public boolean dependsOnState() {
        return DECIDED_BY_STATE.contains(this);
    }

    /** Whether the RequestId may be used for another try: nothing that is stored was asked for this answer. */
    public boolean leavesRequestIdFree() {
        return !dependsOnState() && this != IDEMPOTENT_PARAMETER_MISMATCH;
    }

    /** Whether the command's own fields decided, and not what is stored or who sent it. */
    public boolean isOfFieldRules() {
        return leavesRequestIdFree() && this != NO_PERMISSION;
    }

    /** Whether the record was not read because it is larger or deeper than the limits allow, which an operator may change. */
    public boolean isOfLimits() {
        return this == COMMAND_TOO_LARGE || this == COMMAND_TOO_DEEP;
    }

    /** Whether the same command, sent again, can succeed. */
    public boolean retryable() {
        return retryable;
    }

    /** A fixed sentence; it never contains user data. */
    public String message() {
        return message;
    }

    /** Whether the record itself is kept as a dead letter: it is no command, or we could not process it. */
    public boolean isDeadLettered() {
        return parameter == null && this != NO_PERMISSION;
    }

    /**
     * The code with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ErrorCode of(String code) {
        ErrorCode found = BY_CODE.get(code);
        if (found == null) {
            throw new IllegalArgumentException("no such error code: " + code);
        }
        return found;
    }
}
