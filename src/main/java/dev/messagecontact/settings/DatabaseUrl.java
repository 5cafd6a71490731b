package dev.messagecontact.settings;

import java.util.regex.Pattern;

/** The address of the database as the JDBC driver reads it. */
final class DatabaseUrl {

    static final String PREFIX = "jdbc:postgresql://";

    private static final Pattern PASSWORD_BEFORE_HOST = Pattern.compile("(//[^/?:@]*):[^/?]*@");
    private static final Pattern PASSWORD_PARAMETER =
            Pattern.compile("([?&][^=&]*password[^=&]*=)[^&]*", Pattern.CASE_INSENSITIVE);

    private DatabaseUrl() {}

    /** Whether the driver can use it: it knows no {@code user:password@} before the host. */
    static boolean isUsable(String url) {
        if (!url.startsWith(PREFIX)) {
            return false;
        }
        String address = url.substring(PREFIX.length()).split("\\?", 2)[0];
        return !address.contains("@") && !address.isBlank();
    }

    static String masked(String url) {
        String withoutCredentials = PASSWORD_BEFORE_HOST.matcher(url).replaceAll("$1:" + Secret.MASK + "@");
        return PASSWORD_PARAMETER.matcher(withoutCredentials).replaceAll("$1" + Secret.MASK);
    }
}
