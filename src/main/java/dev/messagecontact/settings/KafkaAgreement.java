package dev.messagecontact.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the Kafka clients' own settings must be to each other. The clients check it too, but only when they are made;
 * their messages differ from rule to rule, and some name no setting.
 */
final class KafkaAgreement {

    private static final String PROTOCOL = "group.protocol";
    private static final String CLASSIC = "classic";

    private static final List<String> CLASSIC_ONLY =
            List.of("session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy");
    private static final List<String> NOT_CLASSIC = List.of("group.remote.assignor");

    /** The defaults of the clients: the worker's if it has one, else the client's own. */
    private static final Map<String, Long> DEFAULTS = Map.of(
            "session.timeout.ms",
            45_000L,
            "heartbeat.interval.ms",
            3_000L,
            "linger.ms",
            5L,
            "request.timeout.ms",
            (long) KafkaSettings.REQUEST_TIMEOUT_IN_MS,
            "delivery.timeout.ms",
            (long) KafkaSettings.DELIVERY_TIMEOUT_IN_MS,
            "default.api.timeout.ms",
            (long) KafkaSettings.API_TIMEOUT_IN_MS,
            "retries",
            (long) Integer.MAX_VALUE,
            "max.in.flight.requests.per.connection",
            5L);

    private static final int MOST_IN_FLIGHT = 5;

    private final Map<String, String> properties;
    private final UnaryOperator<String> written;
    private final List<String> problems = new ArrayList<>();

    /** @param written how a key is called where it is set */
    KafkaAgreement(Map<String, String> properties, UnaryOperator<String> written) {
        this.properties = properties;
        this.written = written;
    }

    /** Returns a line for each rule that is broken. */
    List<String> broken() {
        checkProtocol();
        checkTimeouts();
        checkIdempotence();
        checkLogin();
        return List.copyOf(problems);
    }

    private void checkProtocol() {
        String protocol = properties.getOrDefault(PROTOCOL, "consumer");
        if (isFilledInLater(protocol)) {
            return;
        }
        boolean isClassic = protocol.trim().toLowerCase(Locale.ROOT).equals(CLASSIC);
        for (String key : isClassic ? NOT_CLASSIC : CLASSIC_ONLY) {
            if (properties.containsKey(key)) {
                problems.add("%s %s with %s=%s"
                        .formatted(
                                written.apply(key),
                                isClassic ? "cannot be set" : "can only be set",
                                written.apply(PROTOCOL),
                                CLASSIC));
            }
        }
        if (isClassic && number("heartbeat.interval.ms") >= number("session.timeout.ms")) {
            problems.add("%s must be less than %s"
                    .formatted(written.apply("heartbeat.interval.ms"), written.apply("session.timeout.ms")));
        }
    }

    private void checkTimeouts() {
        if (number("linger.ms") + number("request.timeout.ms") > number("delivery.timeout.ms")) {
            problems.add("%s must not be less than %s and %s together%s"
                    .formatted(
                            written.apply("delivery.timeout.ms"),
                            written.apply("linger.ms"),
                            written.apply("request.timeout.ms"),
                            unset("delivery.timeout.ms")));
        }
        if (number("request.timeout.ms") > number("default.api.timeout.ms")) {
            problems.add("%s must not be less than %s%s"
                    .formatted(
                            written.apply("default.api.timeout.ms"),
                            written.apply("request.timeout.ms"),
                            unset("default.api.timeout.ms")));
        }
    }

    private void checkIdempotence() {
        if (number("retries") < 1) {
            problems.add(written.apply("retries") + " must not be 0: the worker's promises depend on it");
        }
        if (number("max.in.flight.requests.per.connection") > MOST_IN_FLIGHT) {
            problems.add("%s must not be more than 5: the worker's promises depend on it"
                    .formatted(written.apply("max.in.flight.requests.per.connection")));
        }
    }

    private void checkLogin() {
        String protocol = properties.getOrDefault("security.protocol", "PLAINTEXT");
        if (!protocol.trim().toUpperCase(Locale.ROOT).startsWith("SASL_")) {
            return;
        }
        String jaas = properties.get("sasl.jaas.config");
        if (jaas == null && System.getProperty("java.security.auth.login.config") == null) {
            problems.add(
                    "%s needs %s too".formatted(written.apply("security.protocol"), written.apply("sasl.jaas.config")));
        }
        boolean isKnown = jaas != null
                && !isFilledInLater(jaas)
                && !isFilledInLater(properties.getOrDefault("sasl.mechanism", ""));
        if (isKnown) {
            KafkaLogin.problem(KafkaLogin.parsed(properties), written).ifPresent(problems::add);
        }
    }

    private String unset(String key) {
        return properties.containsKey(key) ? "" : "; where it is not set it is " + defaultOf(key);
    }

    private static long defaultOf(String key) {
        return Optional.ofNullable(DEFAULTS.get(key)).orElseThrow();
    }

    private long number(String key) {
        String text = properties.get(key);
        return text == null || isFilledInLater(text)
                ? defaultOf(key)
                : Long.parseLong(text.trim()); // it was checked by itself
    }

    /** Whether a configuration provider gives the value, which only the client can read. */
    private static boolean isFilledInLater(String text) {
        return text.contains("${");
    }
}
