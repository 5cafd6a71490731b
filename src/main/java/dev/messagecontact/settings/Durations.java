package dev.messagecontact.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as people write them. */
public final class Durations {

    private static final Pattern MILLIS = Pattern.compile("(\\d{1,9})ms");
    private static final Pattern SECONDS_MINUTES_OR_HOURS = Pattern.compile("\\d{1,9}[smh]");

    private Durations() {}

    /**
     * The duration written in ISO 8601 ({@code PT1.5S}) or as a whole number with its unit ({@code 500ms}, {@code 20s},
     * {@code 5m}, {@code 1h}).
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Duration parse(String text) {
        Matcher millis = MILLIS.matcher(text);
        if (millis.matches()) {
            return Duration.ofMillis(Long.parseLong(millis.group(1)));
        }
        try {
            return Duration.parse(SECONDS_MINUTES_OR_HOURS.matcher(text).matches() ? "PT" + text : text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not a duration such as PT1.5S, 500ms, 20s or 5m", e);
        }
    }
}
