package dev.messagecontact.command;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The job titles that the public operation knows. */
public enum Title {
    FINANCE_DIRECTOR("FinanceDirector"),
    TECHNICAL_DIRECTOR("TechnicalDirector"),
    MAINTENANCE_DIRECTOR("MaintenanceDirector"),
    CEO("CEO"),
    PROJECT_DIRECTOR("ProjectDirector"),
    OTHER("Other");

    private static final Map<String, Title> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Title::wireName, title -> title));

    private final String wireName;

    Title(String wireName) {
        this.wireName = wireName;
    }

    /** Its name in commands and in the database. */
    public String wireName() {
        return wireName;
    }

    /** The title with exactly this name, or null. */
    public static @Nullable Title named(String wireName) {
        return BY_NAME.get(wireName);
    }
}
