package dev.messagecontact.authorization;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may do what: statements in the cloud's policy language. An explicit Deny wins; what no statement allows is denied. */
public record Policy(List<Statement> statements) {

    /** Allows nothing. */
    public static final Policy NOTHING = new Policy(List.of());

    public Policy {
        statements = List.copyOf(statements);
    }

    /** Why a principal may not do this to a resource, null if it may. */
    @Nullable
    Denial denial(String principal, String action, String resource) {
        boolean allowed = false;
        for (Statement statement : statements) {
            if (statement.isAbout(principal, action, resource)) {
                if (!statement.allows()) {
                    return Denial.DENIED;
                }
                allowed = true;
            }
        }
        return allowed ? null : Denial.NOT_ALLOWED;
    }
}
