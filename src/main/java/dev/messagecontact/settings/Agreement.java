package dev.messagecontact.settings;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What settings must be to each other. */
final class Agreement {

    private final Settings settings;

    Agreement(Settings settings) {
        this.settings = settings;
    }

    /**
     * Each wait must end before the one around it does, or the outer one would cut it off and hide its cause.
     *
     * @throws SettingsException if two settings do not go together; the message names both
     */
    void check() {
        below(Catalogue.DATABASE_LOCK_TIMEOUT, Catalogue.DATABASE_STATEMENT_TIMEOUT);
        below(Catalogue.DATABASE_STATEMENT_TIMEOUT, Catalogue.DATABASE_SOCKET_TIMEOUT);
        below(Catalogue.DATABASE_SOCKET_TIMEOUT, Catalogue.WORKER_TRANSACTION_TIMEOUT);
        atMost(Catalogue.WORKER_TRANSACTION_TIMEOUT, Catalogue.WORKER_MAX_POLL_INTERVAL);
        atMost(Catalogue.DATABASE_LOCK_TIMEOUT, Catalogue.DIRECTORY_LOCK_BUDGET);
        below(Catalogue.DIRECTORY_LOCK_BUDGET, Catalogue.WORKER_MAX_POLL_INTERVAL);
        atMost(Catalogue.WORKER_LANES, Catalogue.DATABASE_POOL_SIZE);
        distinct(Catalogue.TOPICS);
    }

    private void below(Setting<Duration> lower, Setting<Duration> upper) {
        if (settings.value(lower).compareTo(settings.value(upper)) >= 0) {
            throw new SettingsException("%s must be less than %s".formatted(lower.name(), upper.name()));
        }
    }

    private <T extends Comparable<T>> void atMost(Setting<T> lower, Setting<T> upper) {
        if (settings.value(lower).compareTo(settings.value(upper)) > 0) {
            throw new SettingsException("%s must not be more than %s".formatted(lower.name(), upper.name()));
        }
    }

    private void distinct(List<Setting<String>> topics) {
        Map<String, Setting<String>> seen = new HashMap<>();
        for (Setting<String> topic : topics) {
            Setting<String> other = seen.put(settings.value(topic), topic);
            if (other != null) {
                throw new SettingsException(
                        "%s and %s must not be the same topic".formatted(other.name(), topic.name()));
            }
        }
    }
}
