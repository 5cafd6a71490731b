package dev.messagecontact.authorization;

/**
 * A pattern of the policy language: {@code *} stands for any text, the empty one too, {@code ?} for one character, all else
 * for itself. Matching takes at most the product of both lengths, whatever the pattern.
 */
public record Wildcard(String pattern) {

    boolean matches(String text) {
        int at = 0;
        int next = 0;
        int star = -1;
        int resume = 0;
        while (at < text.length()) {
            if (next < pattern.length() && pattern.charAt(next) == '*') {
                star = next++;
                resume = at;
            } else if (next < pattern.length()
                    && (pattern.charAt(next) == '?' || pattern.charAt(next) == text.charAt(at))) {
                next++;
                at++;
            } else if (star >= 0) {
                next = star + 1; // the last star takes one character more
                at = ++resume;
            } else {
                return false;
            }
        }
        while (next < pattern.length() && pattern.charAt(next) == '*') {
            next++;
        }
        return next == pattern.length();
    }
}
