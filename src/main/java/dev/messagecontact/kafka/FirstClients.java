package dev.messagecontact.kafka;

import dev.messagecontact.fault.Fault;
import dev.messagecontact.fault.KafkaFault;
import dev.messagecontact.settings.KafkaLogin;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.SettingsException;
import dev.messagecontact.settings.WorkerSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.login.LoginException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.common.KafkaException;

/**
 * The clients that a worker makes before it has lanes. They show that its settings let every kind of client be made: if one cannot
 * be made later, what it needs (a file, an issuer of tokens) is away, and may come back. Not thread-safe.
 */
public final class FirstClients {

    private final WorkerSettings settings;
    private final KafkaClients clients;
    private boolean wasAdminMade;

    public FirstClients(WorkerSettings settings) {
        this.settings = settings;
        this.clients = new KafkaClients(settings);
    }

    /**
     * A fresh one, which the caller closes.
     *
     * @throws KafkaException if it cannot be made now
     * @throws SettingsException if it never can
     */
    public Admin admin() {
        try {
            Admin fresh = clients.admin();
            wasAdminMade = true;
            return fresh;
        } catch (KafkaException e) {
            throw lasting(e, wasAdminMade);
        }
    }

    /**
     * Makes those of a lane and closes them again, if they have settings that an admin client does not have and has not shown
     * to be good; throws as {@link #admin}.
     */
    public void makeThoseOfLanes() {
        try {
            if (haveMoreThanAdmin()) {
                clients.producer(0).close(Duration.ZERO);
                clients.consumer(0, PollBudget.ofHeap(Runtime.getRuntime().maxMemory(), settings.lanes()))
                        .close(CloseOptions.timeout(Duration.ZERO));
            }
        } catch (KafkaException e) {
            throw lasting(e, false);
        }
    }

    private boolean haveMoreThanAdmin() {
        KafkaSettings kafka = settings.kafka();
        Set<String> known = kafka.forAdmin().keySet();
        return !known.containsAll(kafka.forProducer().keySet())
                || !known.containsAll(kafka.forConsumer().keySet());
    }

    /** What could be made before can be again: files may be about to be replaced. An issuer of tokens may answer later. */
    private RuntimeException lasting(KafkaException failure, boolean couldBeMade) {
        boolean isLogin = causes(failure).anyMatch(LoginException.class::isInstance);
        if (isLogin) {
            KafkaLogin.problem(new AdminClientConfig(settings.kafka().forAdmin()).values(), "kafka."::concat)
                    .ifPresent(problem -> {
                        throw new SettingsException(problem);
                    });
        }
        boolean mayCome = couldBeMade || isLogin;
        return mayCome && KafkaFault.of(failure) != KafkaFault.HOPELESS
                ? failure
                : new SettingsException("with these settings no Kafka client can be made: " + reason(failure));
    }

    /** The innermost cause tells most. A value that a client refuses is none of its words: it may be a secret. */
    private static String reason(KafkaException failure) {
        Throwable innermost = causes(failure).reduce(failure, (outer, inner) -> inner);
        String line = Fault.message(innermost).replaceFirst("Invalid value .* for configuration", "invalid value for");
        return innermost.getClass().getSimpleName() + ": " + line;
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    /** What a failure to make one says of the reason, which may pass. */
    public static String describe(KafkaException failure) {
        Throwable last =
                causes(failure).filter(KafkaException.class::isInstance).reduce(failure, (outer, inner) -> inner);
        return "a client cannot log in or read its files: " + Fault.message(last);
    }
}
