package dev.messagecontact.authorization.token;

import java.util.Locale;

/** The files that permissions are read from. */
public enum AuthorizationFile {
    KEYS,
    POLICY;

    /** Its name in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
