package dev.messagecontact.database;

import java.util.Optional;
import org.jooq.DSLContext;

/** Looks at the encoding that a database was made with: it cannot be changed later. */
public final class ServerEncoding {

    /** The one that has every character that a name may have ("Character Set Support" in PostgreSQL's manual). */
    private static final String NEEDED = "UTF8";

    private ServerEncoding() {}

    /** Why names cannot be stored in this database; empty if they can. */
    public static Optional<String> problem(DSLContext database) {
        String encoding = database.fetchSingle("select current_setting('server_encoding')")
                .into(String.class);
        return encoding.equals(NEEDED)
                ? Optional.empty()
                : Optional.of(
                        "the database's encoding is %s, which has no place for some names; create one with encoding '%s'"
                                .formatted(encoding, NEEDED));
    }
}
