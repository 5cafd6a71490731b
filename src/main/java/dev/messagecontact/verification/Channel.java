package dev.messagecontact.verification;

import java.util.Arrays;

/** A way to reach a contact, with a sender of its own. */
public enum Channel {
    EMAIL("email"),
    SMS("sms");

    private final String idName;

    Channel(String idName) {
        this.idName = idName;
    }

    /** Its name in verification ids, in events and in the database. */
    public String idName() {
        return idName;
    }

    /**
     * The channel with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Channel of(String idName) {
        return Arrays.stream(values())
                .filter(channel -> channel.idName.equals(idName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such channel: " + idName));
    }
}
