package dev.messagecontact.authorization;

import org.jspecify.annotations.Nullable;

/** The permission that the public operation asks for. Pure functions. */
public final class Permission {

    private Permission() {}

    /**
     * Why a sender may not do this in a directory, null if it may.
     *
     * @param subject the sender, as its token names it
     * @param operation the public operation's name, such as AddMessageContact
     * @param accountId the directory's account, null if it has none
     * @param contactId what the operation is about, null if it adds a contact
     */
    public static @Nullable Denial denial(
            String subject, String operation, @Nullable String accountId, @Nullable String contactId, Policy policy) {
        return accountId == null
                ? Denial.NO_ACCOUNT
                : policy.denial(subject, action(operation), resource(accountId, contactId));
    }

    private static String action(String operation) {
        return "resourcemanager:" + operation;
    }

    /** The public operations name no region. Adding names no contact either; the others name theirs. */
    private static String resource(String accountId, @Nullable String contactId) {
        return "acs:resourcemanager:*:" + accountId + ":messagecontact/" + (contactId == null ? "*" : contactId);
    }
}
