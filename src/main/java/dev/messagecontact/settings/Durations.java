package dev.messagecontact.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as people write them. */
public final class Durations {

    private static final Pattern SIMPLE = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms",
            Duration.ofMillis(1),
            "s",
            Duration.ofSeconds(1),
            "m",
            Duration.ofMinutes(1),
            "h",
            Duration.ofHours(1));

    private Durations() {}

    /**
     * The duration written in ISO 8601 ({@code PT1.5S}) or as a whole number with its unit ({@code 500ms}, {@code 20s},
     * {@code 5m}, {@code 1h}).
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Duration parse(String text) {
        Matcher simple = SIMPLE.matcher(text);
        if (simple.matches()) {
            Duration unit = UNITS.getOrDefault(simple.group(2), Duration.ZERO);
            return unit.multipliedBy(Long.parseLong(simple.group(1)));
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not a duration such as PT1.5S, 500ms, 20s or 5m", e);
        }
    }
}
