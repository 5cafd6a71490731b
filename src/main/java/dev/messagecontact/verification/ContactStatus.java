package dev.messagecontact.verification;

import java.util.Arrays;

/**
 * How far a contact is in its life. The public documentation says of the email address and of the number that each takes effect
 * once it is verified. Every contact has an address and not every one a number, so the address alone decides.
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
