package dev.messagecontact.settings;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** The address of the database as the JDBC driver reads it. */
final class DatabaseUrl {

    static final String PREFIX = "jdbc:postgresql://";

    private static final Pattern PASSWORD_BEFORE_HOST = Pattern.compile("(//[^/?:@]*):[^/?]*@");
    private static final Pattern PASSWORD_PARAMETER =
            Pattern.compile("([?&][^=&]*password[^=&]*=)[^&]*", Pattern.CASE_INSENSITIVE);

    private static final String TRANSACTIONS = "the worker's transactions depend on it";
    private static final String PERSONAL_DATA = "it would write personal data into the log";

    /** Why a parameter is not allowed in the address, where it would override the properties that the worker sets. */
    private static final Map<PGProperty, String> REFUSED = refused();

    private DatabaseUrl() {}

    private static Map<PGProperty, String> refused() {
        Map<PGProperty, String> why = new LinkedHashMap<>();
        why.put(PGProperty.CONNECT_TIMEOUT, "set DATABASE_CONNECT_TIMEOUT instead");
        why.put(PGProperty.LOGIN_TIMEOUT, "set DATABASE_CONNECT_TIMEOUT instead");
        why.put(PGProperty.SOCKET_TIMEOUT, "set DATABASE_SOCKET_TIMEOUT instead");
        why.put(PGProperty.QUERY_TIMEOUT, "set DATABASE_STATEMENT_TIMEOUT instead");
        why.put(PGProperty.TCP_KEEP_ALIVE, "the worker needs it on");
        why.put(PGProperty.LOG_SERVER_ERROR_DETAIL, PERSONAL_DATA);
        why.put(PGProperty.PREFER_QUERY_MODE, PERSONAL_DATA.replace("the log", "statements and the server's log"));
        why.put(PGProperty.AUTOSAVE, TRANSACTIONS);
        why.put(PGProperty.READ_ONLY, TRANSACTIONS);
        why.put(PGProperty.REPLICATION, TRANSACTIONS);
        return why;
    }

    /** Whether the driver can use it: it knows no {@code user:password@} before the host. */
    static boolean isUsable(String url) {
        if (!url.startsWith(PREFIX)) {
            return false;
        }
        String address = address(url);
        return !address.contains("@") && !address.isBlank();
    }

    /** How many servers it names: one, and others that may take its place. */
    static int servers(String url) {
        return address(url).split(",").length;
    }

    /** Completes "DATABASE_URL ..." where one of its parameters cannot stand there; null if all can. */
    static @Nullable String refusal(String url) {
        List<String> names = parameters(url).toList();
        for (int i = 0; i < names.size(); i++) {
            PGProperty property = PGProperty.forName(names.get(i));
            if (property == null) {
                return unknown(names.get(i), i + 1);
            }
            if (REFUSED.containsKey(property)) {
                return "cannot have the parameter %s: %s".formatted(property.getName(), REFUSED.get(property));
            }
        }
        return null;
    }

    /** The driver would drop it without a word: {@code sslmod=verify-full} would leave TLS off. */
    private static String unknown(String name, int place) {
        List<String> known =
                Arrays.stream(PGProperty.values()).map(PGProperty::getName).toList();
        Optional<String> meant = Nearest.to(name, known, Nearest.EDITS_OF_A_SLIP);
        // It is not shown: behind a & in it, it may be the rest of a password.
        return "has a parameter that the driver does not know, number %d%s"
                .formatted(place, meant.map("; did you mean %s?"::formatted).orElse(""));
    }

    /** Whether it has this parameter. */
    static boolean has(PGProperty property, String url) {
        return parameters(url).anyMatch(property.getName()::equals);
    }

    private static Stream<String> parameters(String url) {
        String[] parts = url.split("\\?", 2);
        return parts.length == 1
                ? Stream.of()
                : Arrays.stream(parts[1].split("&"))
                        .map(parameter -> parameter.split("=", 2)[0])
                        .filter(name -> !name.isEmpty());
    }

    private static String address(String url) {
        return url.substring(PREFIX.length()).split("\\?", 2)[0];
    }

    static String masked(String url) {
        String withoutCredentials = PASSWORD_BEFORE_HOST.matcher(url).replaceAll("$1:" + Secret.MASK + "@");
        return PASSWORD_PARAMETER.matcher(withoutCredentials).replaceAll("$1" + Secret.MASK);
    }
}
