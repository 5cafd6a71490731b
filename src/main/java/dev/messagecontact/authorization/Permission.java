package dev.messagecontact.authorization;

import dev.messagecontact.authorization.Sender.Proven;
import dev.messagecontact.authorization.Sender.Unproven;
import org.jspecify.annotations.Nullable;

/** The permission that the public operation asks for. Pure functions. */
public final class Permission {

    private Permission() {}

    /**
     * Why a sender may not do this in a directory, null if it may.
     *
     * @param operation the public operation's name, such as AddMessageContact
     * @param accountId the directory's account, null if it has none
     */
    public static @Nullable Denial denial(Sender sender, String operation, @Nullable String accountId, Policy policy) {
        if (sender instanceof Unproven unproven) {
            return unproven.reason();
        }
        if (!(sender instanceof Proven proven)) {
            return null;
        }
        return accountId == null
                ? Denial.NO_ACCOUNT
                : policy.denial(proven.subject(), action(operation), resource(accountId));
    }

    static String action(String operation) {
        return "resourcemanager:" + operation;
    }

    /** The public operation names no region and no single contact. */
    static String resource(String accountId) {
        return "acs:resourcemanager:*:" + accountId + ":messagecontact/*";
    }
}
