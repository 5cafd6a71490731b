package dev.messagecontact.settings;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import io.smallrye.config.Converters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * The values that a setting can have.
 *
 * @param allowed completes "must be ..."
 * @param converter throws {@link IllegalArgumentException} for any other text
 * @param printable the text as it may be printed
 */
record Kind<T>(String allowed, Converter<T> converter, UnaryOperator<String> printable) {

    private static final Converter<Integer> INTEGER = Converters.getImplicitConverter(Integer.class);

    static Kind<String> text(String allowed, Predicate<String> isAllowed) {
        return new Kind<>(allowed, trimmed(text -> only(isAllowed, text)), UnaryOperator.identity());
    }

    static Kind<String> text(String allowed, String pattern) {
        return text(allowed, Pattern.compile(pattern).asMatchPredicate());
    }

    static Kind<Secret> secret() {
        return new Kind<>("any text", Secret::new, text -> Secret.MASK);
    }

    static Kind<String> databaseUrl() {
        return new Kind<>(
                DatabaseUrl.PREFIX + "host[:port]/database, without user and password before the host",
                trimmed(text -> only(DatabaseUrl::isUsable, text)),
                DatabaseUrl::masked);
    }

    static Kind<Integer> whole(int min, int max) {
        return plain(
                "a whole number from %d to %d".formatted(min, max),
                Converters.rangeValueConverter(INTEGER, min, true, max, true));
    }

    /** A number of replicas, or -1 for the broker's choice. */
    static Kind<Integer> replication() {
        return plain("-1 or a whole number from 1 to " + Short.MAX_VALUE, text -> {
            int replicas = INTEGER.convert(text);
            return only(number -> number == -1 || (number >= 1 && number <= Short.MAX_VALUE), replicas);
        });
    }

    /** Country calling codes, separated by commas. */
    static Kind<Set<Integer>> countryCodes() {
        Converter<Integer> code = trimmed(Converters.patternValidatingConverter(INTEGER, "[1-9]\\d{0,2}"));
        return plain(
                "country calling codes such as 86, separated by commas",
                Converters.newCollectionConverter(
                        text -> only(
                                PhoneNumberUtil.getInstance().getSupportedCallingCodes()::contains, code.convert(text)),
                        LinkedHashSet::new));
    }

    static Kind<Path> file() {
        return plain("the path of a file", Path::of);
    }

    static Kind<List<Path>> files() {
        return plain(
                "paths of files, separated by commas", Converters.newCollectionConverter(Path::of, ArrayList::new));
    }

    static Kind<List<String>> texts(String allowed) {
        return plain(allowed, Converters.newCollectionConverter(String::trim, ArrayList::new));
    }

    /** Some of these, by their exact names. */
    static Kind<List<String>> someOf(List<String> names) {
        return plain(
                "some of %s, separated by commas".formatted(String.join(", ", names)),
                Converters.newCollectionConverter(text -> only(names::contains, text.trim()), ArrayList::new));
    }

    static Kind<Boolean> flag() {
        return plain("true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    static <E extends Enum<E>> Kind<E> choice(Class<E> type, UnaryOperator<String> shown) {
        String allowed = Arrays.stream(type.getEnumConstants())
                .map(constant -> shown.apply(constant.name()))
                .collect(Collectors.joining(", ", "one of ", ""));
        return plain(allowed, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    static Kind<Duration> duration(String min, String max) {
        return duration(min, max, Duration.ofMillis(1), "");
    }

    /** A duration in whole seconds, because its user accepts only those. */
    static Kind<Duration> wholeSeconds(String min, String max) {
        return duration(min, max, Duration.ofSeconds(1), " in whole seconds");
    }

    private static Kind<Duration> duration(String min, String max, Duration step, String steps) {
        Converter<Duration> inRange =
                Converters.rangeValueConverter(Durations::parse, Duration.parse(min), true, Duration.parse(max), true);
        return plain(
                "a duration%s from %s to %s, such as PT1.5S, 500ms, 20s or 5m".formatted(steps, min, max), text -> {
                    Duration duration = inRange.convert(text);
                    return only(d -> d.toNanos() % step.toNanos() == 0, duration);
                });
    }

    private static <T> Kind<T> plain(String allowed, Converter<T> converter) {
        return new Kind<>(allowed, trimmed(converter), UnaryOperator.identity());
    }

    private static <T> Converter<T> trimmed(Converter<T> converter) {
        return Converters.newTrimmingConverter(converter);
    }

    private static <T> T only(Predicate<T> isAllowed, T value) {
        if (!isAllowed.test(value)) {
            throw new IllegalArgumentException();
        }
        return value;
    }
}
