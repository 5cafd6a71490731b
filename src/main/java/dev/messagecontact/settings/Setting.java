package dev.messagecontact.settings;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an operator can set.
 *
 * @param name in the environment; {@link #property} is the same in a properties file
 * @param fallback what holds where it is not set
 * @param meaning one phrase for the listing
 * @param isSecret whether it may come from a file of its own, named by {@link #FILE_SUFFIX}
 */
record Setting<T>(String name, Kind<T> kind, Fallback fallback, String meaning, boolean isSecret) {

    /** Appended to the name of a secret, it names the file that holds it. */
    static final String FILE_SUFFIX = "_FILE";

    /**
     * What holds where a setting is not set.
     *
     * @param words for the listing
     * @param text null where there is nothing
     */
    record Fallback(String words, Function<Values, @Nullable String> text) {}

    /** The name in a properties file: {@code worker.lanes} for {@code WORKER_LANES}. */
    String property() {
        return propertyOf(name);
    }

    static String propertyOf(String environmentName) {
        return environmentName.toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
