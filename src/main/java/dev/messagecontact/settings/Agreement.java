package dev.messagecontact.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.PGProperty;

/** What settings must be to each other. */
final class Agreement {

    private final Values values;
    private final List<String> problems = new ArrayList<>();

    Agreement(Values values) {
        this.values = values;
    }

    /**
     * Each wait must end before the one around it does, or the outer one would cut it off and hide its cause.
     *
     * @return a line for each two settings that do not go together; both are named
     */
    List<String> broken() {
        below(Catalogue.DATABASE_LOCK_TIMEOUT, Catalogue.DATABASE_STATEMENT_TIMEOUT);
        below(Catalogue.DATABASE_STATEMENT_TIMEOUT, Catalogue.DATABASE_SOCKET_TIMEOUT);
        below(Catalogue.DATABASE_SOCKET_TIMEOUT, Catalogue.WORKER_TRANSACTION_TIMEOUT);
        atMost(Catalogue.WORKER_TRANSACTION_TIMEOUT, Catalogue.WORKER_MAX_POLL_INTERVAL);
        atMost(Catalogue.DATABASE_LOCK_TIMEOUT, Catalogue.DIRECTORY_LOCK_BUDGET);
        below(Catalogue.DIRECTORY_LOCK_BUDGET, Catalogue.WORKER_MAX_POLL_INTERVAL);
        atMost(Catalogue.WORKER_LANES, Catalogue.DATABASE_POOL_SIZE);
        distinct(Catalogue.TOPICS);
        valueOf(Catalogue.DATABASE_URL).ifPresent(this::databaseUrl);
        completeAuthorization();
        return List.copyOf(problems);
    }

    /** In the driver, the URL overrides all other properties. */
    private void databaseUrl(String url) {
        String refusal = DatabaseUrl.refusal(url);
        if (refusal != null) {
            problems.add(Catalogue.DATABASE_URL.name() + " " + refusal);
        }
        onlyOnce(PGProperty.USER, url, Catalogue.DATABASE_USERNAME);
        onlyOnce(PGProperty.PASSWORD, url, Catalogue.DATABASE_PASSWORD);
    }

    private void onlyOnce(PGProperty parameter, String url, Setting<?> setting) {
        if (DatabaseUrl.has(parameter, url) && valueOf(setting).isPresent()) {
            problems.add("%s in %s and %s are both set; keep one of them"
                    .formatted(parameter.getName(), Catalogue.DATABASE_URL.name(), setting.name()));
        }
    }

    private void below(Setting<Duration> lower, Setting<Duration> upper) {
        if (compare(lower, upper) >= 0) {
            problems.add("%s must be less than %s".formatted(lower.name(), upper.name()));
        }
    }

    private <T extends Comparable<T>> void atMost(Setting<T> lower, Setting<T> upper) {
        if (compare(lower, upper) > 0) {
            problems.add("%s must not be more than %s".formatted(lower.name(), upper.name()));
        }
    }

    /** Half of it would look like a protection and be none. */
    private void completeAuthorization() {
        Optional<List<Path>> keys = valueOf(Catalogue.AUTHORIZATION_JWKS_FILE);
        Set<String> issuers = Set.copyOf(valueOf(Catalogue.AUTHORIZATION_ISSUER).orElse(List.of()));
        boolean policy = valueOf(Catalogue.AUTHORIZATION_POLICY_FILE).isPresent();
        if (keys.isEmpty() && policy) {
            problems.add("AUTHORIZATION_POLICY_FILE has no effect without AUTHORIZATION_JWKS_FILE");
        }
        if (keys.isPresent() && !policy) {
            problems.add("AUTHORIZATION_JWKS_FILE needs AUTHORIZATION_POLICY_FILE: without a policy no sender has a "
                    + "permission");
        }
        if (keys.isPresent() && issuers.size() != keys.get().size()) {
            problems.add("AUTHORIZATION_ISSUER must name one issuer for each file of AUTHORIZATION_JWKS_FILE");
        }
    }

    private void distinct(List<Setting<String>> topics) {
        Map<String, Setting<String>> seen = new HashMap<>();
        for (Setting<String> topic : topics) {
            Setting<String> other =
                    valueOf(topic).map(name -> seen.put(name, topic)).orElse(null);
            if (other != null) {
                problems.add("%s and %s must not be the same topic".formatted(other.name(), topic.name()));
            }
        }
    }

    private <T extends Comparable<T>> int compare(Setting<T> lower, Setting<T> upper) {
        Optional<T> one = valueOf(lower);
        Optional<T> other = valueOf(upper);
        return one.isPresent() && other.isPresent() ? one.get().compareTo(other.get()) : -1;
    }

    /** The value; empty if it is wrong by itself, which another check reports. */
    private <T> Optional<T> valueOf(Setting<T> setting) {
        try {
            return Optional.of(values.get(setting));
        } catch (SettingsException e) {
            return Optional.empty();
        }
    }
}
