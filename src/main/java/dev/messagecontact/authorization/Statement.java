package dev.messagecontact.authorization;

import java.util.List;
import java.util.Locale;

/**
 * One rule of a policy.
 *
 * @param allows whether it allows what it is about; it denies it otherwise
 * @param actions in lower case: the case of actions does not matter in the cloud
 */
public record Statement(boolean allows, List<Wildcard> principals, List<Wildcard> actions, List<Wildcard> resources) {

    public Statement {
        principals = List.copyOf(principals);
        actions = List.copyOf(actions);
        resources = List.copyOf(resources);
    }

    boolean isAbout(String principal, String action, String resource) {
        return matches(principals, principal)
                && matches(actions, action.toLowerCase(Locale.ROOT))
                && matches(resources, resource);
    }

    private static boolean matches(List<Wildcard> patterns, String text) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(text));
    }
}
