package dev.messagecontact.cli.line;

import dev.messagecontact.fault.AccessDeniedException;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.KafkaFault;
import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.settings.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** Says what made a command fail, in the same words for all commands and without a value of a contact. */
public final class Failures {

    private Failures() {}

    /** The failure as it is, but for settings that a Kafka client does not accept: its words and trace may hold their values. */
    static Throwable withoutValues(Throwable failure) {
        boolean isOfKafkaSettings = failure instanceof ConfigException
                || (failure instanceof KafkaException && failure.getCause() instanceof ConfigException);
        return isOfKafkaSettings
                ? new SettingsException("KAFKA_ settings do not go together: the Kafka client does not accept them")
                : failure;
    }

    /**
     * What went wrong, in one line; if it is the settings, one line for each that is wrong.
     *
     * @param settings name the servers; null if they were not read
     */
    public static String text(Throwable failure, @Nullable Settings settings) {
        if (failure instanceof SettingsException || failure instanceof OperatorException) {
            return String.valueOf(failure.getMessage());
        }
        return AccessDeniedException.in(failure).orElseGet(() -> kind(failure, settings));
    }

    private static String kind(Throwable failure, @Nullable Settings settings) {
        if (failure instanceof KafkaException kafka) {
            return ofKafka(kafka, at(settings, known -> known.kafka().bootstrapServers()));
        }
        if (failure instanceof DataAccessException database) {
            String where = at(settings, known -> known.database().printableUrl());
            return "the database%s: %s".formatted(where, Fault.ofDatabase(database));
        }
        if (failure instanceof OutOfMemoryError) {
            return "Java has not enough memory to finish: give it more (-Xmx), or let the command do less at once, "
                    + "such as one partition";
        }
        if (failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof IllegalStateException) {
            return failure.getClass().getSimpleName() + ": " + Fault.message(failure);
        }
        // Any other message may quote a command.
        return "it could not finish: %s; --verbose shows more".formatted(Fault.withoutMessage(failure));
    }

    private static String ofKafka(KafkaException failure, String where) {
        if (KafkaFault.of(failure) == KafkaFault.FENCED) {
            return "the brokers%s let this run publish no more: another one has begun since, or it took too long. What it has published stays; once no other one is at work, it can be finished"
                    .formatted(where);
        }
        return failure instanceof TimeoutException || failure instanceof BootstrapResolutionException
                ? "no answer in time from the brokers" + where
                : "the brokers%s: %s: %s".formatted(where, failure.getClass().getSimpleName(), Fault.message(failure));
    }

    private static String at(@Nullable Settings settings, Function<Settings, String> address) {
        try {
            return Optional.ofNullable(settings)
                    .map(address)
                    .map(" at "::concat)
                    .orElse("");
        } catch (SettingsException e) { // no such server is set
            return "";
        }
    }
}
