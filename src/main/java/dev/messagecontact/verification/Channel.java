package dev.messagecontact.verification;

/** A way to reach a contact, with a sender of its own. */
public enum Channel {
    EMAIL("email"),
    SMS("sms");

    private final String idName;

    Channel(String idName) {
        this.idName = idName;
    }

    /** Its name in verification ids. */
    public String idName() {
        return idName;
    }
}
