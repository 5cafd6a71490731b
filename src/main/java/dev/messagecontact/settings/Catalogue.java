package dev.messagecontact.settings;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.settings.Setting.Fallback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Every setting, declared once: the typed records, the checks, the listing and the documentation follow from here. */
final class Catalogue {

    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    private static final String ID = "[A-Za-z0-9._-]{1,100}";
    private static final Kind<String> ID_TEXT = Kind.text("1 to 100 of A-Z a-z 0-9 . _ -", ID);
    private static final Kind<String> TOPIC =
            Kind.text("a topic name: 1 to 249 of A-Z a-z 0-9 . _ -", "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
    private static final Kind<String> ANY = Kind.text("any text", text -> true);

    private static final Kind<Duration> RETENTION = Kind.duration("PT1M", "P36500D");

    private static final int MOST_LANES_BY_DEFAULT = 4;

    static final Setting<String> CONTACTS_CONFIG = withoutDefault(
            "CONTACTS_CONFIG", ANY, "", "a properties file with more settings; the environment overrides it");

    static final Setting<String> KAFKA_BOOTSTRAP_SERVERS = withoutDefault(
            "KAFKA_BOOTSTRAP_SERVERS",
            Kind.text("host:port[,host:port...]", "[^\\s,]+:\\d{1,5}(\\s*,\\s*[^\\s,]+:\\d{1,5})*"),
            "required",
            "the brokers, as host:port[,host:port...]");

    static final Setting<String> DATABASE_URL =
            secret("DATABASE_URL", Kind.databaseUrl(), "required", "the database, as jdbc:postgresql://host:port/name");
    static final Setting<String> DATABASE_USERNAME =
            withoutDefault("DATABASE_USERNAME", ANY, "", "the database user, where the URL names none");
    static final Setting<Secret> DATABASE_PASSWORD =
            secret("DATABASE_PASSWORD", Kind.secret(), "", "the database user's password");
    static final Setting<Integer> DATABASE_POOL_SIZE = computed(
            "DATABASE_POOL_SIZE",
            Kind.whole(1, 1_000),
            "2 * WORKER_LANES + 1",
            values -> String.valueOf(2 * values.get(Catalogue.WORKER_LANES) + 1),
            "database connections of one process, at least one per lane; under a backlog a lane uses two at a time");
    static final Setting<Duration> DATABASE_CONNECT_TIMEOUT = withDefault(
            "DATABASE_CONNECT_TIMEOUT",
            Kind.wholeSeconds("PT1S", "PT5M"),
            "PT5S",
            "how long opening a connection may take; of several hosts, with each of them");
    static final Setting<Duration> DATABASE_LOCK_TIMEOUT = withDefault(
            "DATABASE_LOCK_TIMEOUT",
            Kind.duration("PT0.01S", "PT1M"),
            "PT1S",
            "how long one wait for a row lock may take");
    static final Setting<Duration> DATABASE_STATEMENT_TIMEOUT = withDefault(
            "DATABASE_STATEMENT_TIMEOUT", Kind.duration("PT0.1S", "PT10M"), "PT10S", "how long one statement may take");
    static final Setting<Duration> DATABASE_SOCKET_TIMEOUT = withDefault(
            "DATABASE_SOCKET_TIMEOUT",
            Kind.wholeSeconds("PT1S", "PT15M"),
            "PT20S",
            "how long a connection may go without an answer before it counts as broken");

    static final Setting<String> WORKER_GROUP_ID = withDefault(
            "WORKER_GROUP_ID", ID_TEXT, "message-contact-worker", "the consumer group that all processes share");
    static final Setting<Integer> WORKER_LANES = computed(
            "WORKER_LANES",
            Kind.whole(1, 256),
            "one for two cores, 1 to 4",
            values -> String.valueOf(lanesFor(Runtime.getRuntime().availableProcessors())),
            "number of consumers in this process; consumers beyond the number of partitions stay idle");
    static final Setting<String> WORKER_INSTANCE = computed(
            "WORKER_INSTANCE",
            ID_TEXT,
            "the host name",
            Values::hostName,
            "the name of this process: unique in the group, and the same after a restart");
    static final Setting<String> WORKER_TRANSACTIONAL_ID_PREFIX = withDefault(
            "WORKER_TRANSACTIONAL_ID_PREFIX", ID_TEXT, "message-contact", "the prefix of the transactional ids");
    static final Setting<Integer> WORKER_BATCH_SIZE =
            withDefault("WORKER_BATCH_SIZE", Kind.whole(1, 100_000), "2000", "the most commands in one transaction");
    static final Setting<Duration> WORKER_TRANSACTION_TIMEOUT = withDefault(
            "WORKER_TRANSACTION_TIMEOUT",
            Kind.duration("PT1S", "PT1H"),
            "PT30S",
            "how long a transaction may stay open before the broker aborts it");
    static final Setting<Duration> WORKER_MAX_POLL_INTERVAL = withDefault(
            "WORKER_MAX_POLL_INTERVAL",
            Kind.duration("PT1S", "PT24H"),
            "PT5M",
            "how long a lane may go without a poll before the group removes it");
    static final Setting<Duration> WORKER_SHUTDOWN_LIMIT = withDefault(
            "WORKER_SHUTDOWN_LIMIT",
            Kind.duration("PT1S", "PT1H"),
            "PT25S",
            "how long the current batch may take after SIGTERM");

    static final Setting<Integer> WORKER_FAILURES_IN_A_ROW = withDefault(
            "WORKER_FAILURES_IN_A_ROW",
            Kind.whole(1, 1_000),
            "20",
            "how many commands in a row may end as InternalError; at one more the worker stops, because a person must look");

    static final Setting<Duration> DIRECTORY_LOCK_BUDGET = withDefault(
            "DIRECTORY_LOCK_BUDGET",
            Kind.duration("PT0.01S", "PT10M"),
            "PT5S",
            "how long a command waits for a locked directory before it is refused with ConcurrentCallNotSupported");
    static final Setting<OffsetsGap> OFFSETS_GAP = withDefault(
            "OFFSETS_GAP",
            Kind.choice(OffsetsGap.class, Catalogue::lowerCase),
            "stop",
            "what a partition does where commands or receipts are missing: stop, or continue without them");

    static final Setting<Durability> DURABILITY = withDefault(
            "DURABILITY",
            Kind.choice(Durability.class, Catalogue::lowerCase),
            "expected",
            "expected: the worker and `contacts topics --check` warn where brokers or database may lose what they"
                    + " have acknowledged; test: they may");
    static final Setting<Duration> BACKUP_INTERVAL = withoutDefault(
            "BACKUP_INTERVAL",
            Kind.duration("PT1M", "P3650D"),
            "not compared",
            "how far two backups of the database are apart; warned of where the command topic's retention is not longer");

    static final Setting<Duration> REJECTIONS_KEPT = withoutDefault(
            "REJECTIONS_KEPT",
            Kind.duration("PT1H", "P3650D"),
            "for ever",
            "how long `contacts prune` keeps decisions (of commands, not contacts), which a replay needs to give the same answers");

    static final Setting<Integer> CONTACTS_LIMIT_PER_DIRECTORY = withDefault(
            "CONTACTS_LIMIT_PER_DIRECTORY",
            Kind.whole(1, 1_000_000),
            "20",
            "the most contacts in a directory that has no limit of its own");
    static final Setting<Integer> EMAIL_MAX_LENGTH =
            withDefault("EMAIL_MAX_LENGTH", Kind.whole(6, 320), "254", "the longest email address, in characters");
    static final Setting<Set<Integer>> PHONE_COUNTRY_CODES = withDefault(
            "PHONE_COUNTRY_CODES", Kind.countryCodes(), "86", "the allowed country calling codes, separated by commas");
    static final Setting<Boolean> PHONE_REQUIRED =
            withDefault("PHONE_REQUIRED", Kind.flag(), "false", "whether a contact must have a phone number");
    static final Setting<Integer> COMMAND_MAX_BYTES = withDefault(
            "COMMAND_MAX_BYTES",
            Kind.whole(1_024, DecoderLimits.HIGHEST.maxValueBytes()),
            "65536",
            "the largest command that is read");
    static final Setting<Integer> COMMAND_MAX_DEPTH = withDefault(
            "COMMAND_MAX_DEPTH",
            Kind.whole(2, DecoderLimits.HIGHEST.maxDepth()),
            "64",
            "how deep a command's objects and arrays may be nested");

    static final Setting<List<Path>> AUTHORIZATION_JWKS_FILE = withoutDefault(
            "AUTHORIZATION_JWKS_FILE",
            Kind.files(),
            "off: whoever may write to the topic may add contacts to any directory",
            "switches permissions on: the file with the issuer's public keys; for several issuers one file each, separated by commas");
    static final Setting<List<String>> AUTHORIZATION_ISSUER = withoutDefault(
            "AUTHORIZATION_ISSUER",
            Kind.texts("issuers, separated by commas"),
            "",
            "the issuer of tokens, as in their claim iss; several are separated by commas, in the order of their files");
    static final Setting<Path> AUTHORIZATION_POLICY_FILE = withoutDefault(
            "AUTHORIZATION_POLICY_FILE",
            Kind.file(),
            "",
            "the file with the policy: who may do what, in the cloud's policy language");
    static final Setting<String> AUTHORIZATION_AUDIENCE =
            withDefault("AUTHORIZATION_AUDIENCE", ANY, "message-contact", "the audience that a token must name");
    static final Setting<List<String>> AUTHORIZATION_ALGORITHMS = withDefault(
            "AUTHORIZATION_ALGORITHMS",
            Kind.someOf(List.of("RS256", "PS256", "ES256", "EdDSA")),
            "RS256,PS256,ES256,EdDSA",
            "the allowed signature algorithms, separated by commas");
    static final Setting<Duration> AUTHORIZATION_LEEWAY = withDefault(
            "AUTHORIZATION_LEEWAY",
            Kind.duration("PT0S", "PT10M"),
            "PT1M",
            "how far an issuer's clock may differ from the records' timestamps");

    static final Setting<String> TOPICS_COMMANDS = topic("COMMANDS", "commands", "commands");
    static final Setting<String> TOPICS_RESULTS = topic("RESULTS", "results", "results: the contacts that were added");
    static final Setting<String> TOPICS_ERRORS = topic("ERRORS", "errors", "errors: the commands that were refused");
    static final Setting<String> TOPICS_EMAIL_VERIFICATIONS =
            topic("EMAIL_VERIFICATIONS", "email-verifications", "requests to verify an email address");
    static final Setting<String> TOPICS_SMS_VERIFICATIONS =
            topic("SMS_VERIFICATIONS", "sms-verifications", "requests to verify a phone number");
    static final Setting<String> TOPICS_DEAD_LETTERS =
            topic("DEAD_LETTERS", "dead-letters", "dead letters: the records that could not be processed");
    static final Setting<String> TOPICS_VERIFICATION_OUTCOMES =
            topic("VERIFICATION_OUTCOMES", "verification-outcomes", "verification outcomes: what the senders report");
    static final Setting<Integer> TOPICS_PARTITIONS = withDefault(
            "TOPICS_PARTITIONS",
            Kind.whole(1, 10_000),
            "12",
            "number of partitions of a topic that `contacts topics` creates; fewer of the command topic are a fault");
    static final Setting<Integer> TOPICS_REPLICATION = withDefault(
            "TOPICS_REPLICATION",
            Kind.replication(),
            "-1",
            "number of replicas of a topic that `contacts topics` creates; -1: the broker's default");
    static final Setting<Duration> TOPICS_COMMANDS_RETENTION =
            retention("COMMANDS", "P30D", "commands and verification outcomes, personal data among them,");
    static final Setting<Duration> TOPICS_ANSWERS_RETENTION = computed(
            "TOPICS_ANSWERS_RETENTION",
            RETENTION,
            "TOPICS_COMMANDS_RETENTION",
            values -> values.get(Catalogue.TOPICS_COMMANDS_RETENTION).toString(),
            "how long results and errors are kept, when their topics are created; a rebuild asks them about commands");
    static final Setting<Duration> TOPICS_VERIFICATIONS_RETENTION =
            retention("VERIFICATIONS", "P7D", "verification requests, which are personal data,");
    static final Setting<Duration> TOPICS_DEAD_LETTERS_RETENTION =
            retention("DEAD_LETTERS", "P30D", "dead letters, personal data among them,");

    static final Setting<String> MANAGEMENT_HOST = withDefault(
            "MANAGEMENT_HOST",
            Kind.text("a host name or address", "\\S+"),
            "127.0.0.1",
            "the address on which metrics, health and the console are served");
    static final Setting<Integer> MANAGEMENT_PORT = withDefault(
            "MANAGEMENT_PORT",
            Kind.whole(0, 65_535),
            "9404",
            "the port of metrics, health and the console; 0: any free one");
    static final Setting<Boolean> MANAGEMENT_CONSOLE = withDefault(
            "MANAGEMENT_CONSOLE",
            Kind.flag(),
            "true",
            "whether the console page is served; it has no login, and the image sets false");
    static final Setting<Level> LOG_LEVEL = withDefault(
            "LOG_LEVEL", Kind.choice(Level.class, UnaryOperator.identity()), "INFO", "the lowest level that is logged");
    static final Setting<LogFormat> LOG_FORMAT = withDefault(
            "LOG_FORMAT",
            Kind.choice(LogFormat.class, Catalogue::lowerCase),
            "text",
            "the form of a log line: text, or json with the field names of ECS");

    /** In the order of the listing, which is the one in which they are declared here. */
    static final List<Setting<?>> ALL = List.copyOf(DECLARED);

    /** The topics, no two of which may have the same name. */
    static final List<Setting<String>> TOPICS = List.of(
            TOPICS_COMMANDS,
            TOPICS_RESULTS,
            TOPICS_ERRORS,
            TOPICS_EMAIL_VERIFICATIONS,
            TOPICS_SMS_VERIFICATIONS,
            TOPICS_DEAD_LETTERS,
            TOPICS_VERIFICATION_OUTCOMES);

    private Catalogue() {}

    /** One lane and the threads of its Kafka clients fill more than a core; on two, a second lane makes nothing faster. */
    static int lanesFor(int cores) {
        return Math.max(1, Math.min(cores / 2, MOST_LANES_BY_DEFAULT));
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static <T> Setting<T> withDefault(String name, Kind<T> kind, String fallback, String meaning) {
        return computed(name, kind, fallback, values -> fallback, meaning);
    }

    private static <T> Setting<T> computed(
            String name, Kind<T> kind, String words, Function<Values, @Nullable String> text, String meaning) {
        return declared(new Setting<>(name, kind, new Fallback(words, text), meaning, false));
    }

    private static <T> Setting<T> withoutDefault(String name, Kind<T> kind, String words, String meaning) {
        return computed(name, kind, words, values -> null, meaning);
    }

    private static <T> Setting<T> secret(String name, Kind<T> kind, String words, String meaning) {
        return declared(new Setting<>(name, kind, new Fallback(words, values -> null), meaning, true));
    }

    private static <T> Setting<T> declared(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    private static Setting<Duration> retention(String topics, String kept, String what) {
        return withDefault(
                "TOPICS_" + topics + "_RETENTION",
                RETENTION,
                kept,
                "how long %s are kept, when their topics are created".formatted(what));
    }

    private static Setting<String> topic(String name, String topic, String content) {
        return withDefault("TOPICS_" + name, TOPIC, "message-contact." + topic, "the topic of " + content);
    }
}
