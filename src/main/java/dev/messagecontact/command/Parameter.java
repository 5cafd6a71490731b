package dev.messagecontact.command;

/** The parameters of the actions, each action's in the order in which they are checked. */
public enum Parameter {
    ACTION("Action"),
    REQUEST_ID("RequestId"),
    RESOURCE_DIRECTORY_ID("ResourceDirectoryId"),
    CONTACT_ID("ContactId"),
    VERIFICATION_ID("VerificationId"),
    NAME("Name"),
    EMAIL_ADDRESS("EmailAddress"),
    PHONE_NUMBER("PhoneNumber"),
    TITLE("Title"),
    MESSAGE_TYPES("MessageTypes");

    private final String fieldName;

    Parameter(String fieldName) {
        this.fieldName = fieldName;
    }

    /** Its name in commands, events and error codes. */
    public String fieldName() {
        return fieldName;
    }
}
