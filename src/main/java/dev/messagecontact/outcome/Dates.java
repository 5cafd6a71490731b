package dev.messagecontact.outcome;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How dates are written in events, all in UTC. */
final class Dates {

    private static final DateTimeFormatter RFC_3339 = formatter("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");
    private static final DateTimeFormatter CREATE_DATE = formatter("uuuu-MM-dd HH:mm:ss");

    private Dates() {}

    /** The date with milliseconds: {@code 2026-11-25T03:48:16.123Z}. */
    static String rfc3339(long millis) {
        return RFC_3339.format(Instant.ofEpochMilli(millis));
    }

    /** The date as the public operation writes it: {@code 2026-11-25 03:48:16}. */
    static String createDate(long millis) {
        return CREATE_DATE.format(Instant.ofEpochMilli(millis));
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
