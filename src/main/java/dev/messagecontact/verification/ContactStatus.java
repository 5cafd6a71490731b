package dev.messagecontact.verification;

import java.util.Arrays;

/**
 * How far a contact is in its life. The public documentation says of an email address that it takes effect when it is
 * verified, and nothing of a number, so the email address alone decides.
 */
public enum ContactStatus {
    /** Its email address is not verified. */
    VERIFYING("Verifying"),
    ACTIVE("Active"),
    /** Its name and its place are free again, and what the person has told is erased. */
    DELETED("Deleted");

    private final String wireName;

    ContactStatus(String wireName) {
        this.wireName = wireName;
    }

    /** Its name in events and in the database. */
    public String wireName() {
        return wireName;
    }

    /**
     * The status with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ContactStatus of(String wireName) {
        return Arrays.stream(values())
                .filter(status -> status.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such status: " + wireName));
    }
}
