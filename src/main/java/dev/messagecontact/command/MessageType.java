package dev.messagecontact.command;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of message that a contact can receive, as the public operation knows them. */
public enum MessageType {
    SERVICE_MESSAGE("ServiceMessage"),
    FAULT_MESSAGE("FaultMessage"),
    ACCOUNT_EXPENSES("AccountExpenses"),
    SECURITY_MESSAGE("SecurityMessage"),
    ACTIVITY_MESSAGE("ActivityMessage"),
    PRODUCT_MESSAGE("ProductMessage");

    private static final Map<String, MessageType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(MessageType::wireName, type -> type));

    private final String wireName;

    MessageType(String wireName) {
        this.wireName = wireName;
    }

    /** Its name in commands and in the database. */
    public String wireName() {
        return wireName;
    }

    /** The type with exactly this name, or null. */
    public static @Nullable MessageType named(String wireName) {
        return BY_NAME.get(wireName);
    }
}
