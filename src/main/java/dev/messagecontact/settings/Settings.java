package dev.messagecontact.settings;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.validation.RuleSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has set: the environment goes before the properties file, the file before the defaults. Names,
 * values and time-outs are checked when it is read; that something required is missing shows when it is asked for.
 *
 * <p>Immutable; any thread may call it.
 */
public final class Settings {

    /** The variable that names the properties file where the command line does not. */
    public static final String CONFIG_VARIABLE = Catalogue.CONTACTS_CONFIG.name();

    private final Values values;

    private Settings(Values values) {
        this.values = values;
    }

    /**
     * Reads and checks them. All that is wrong is reported at once.
     *
     * @param environment such as {@link System#getenv()}
     * @param file a properties file; null for the one that {@code CONTACTS_CONFIG} names, if any
     * @throws SettingsException if a name is unknown, a value is not allowed or a file cannot be read
     */
    public static Settings read(Map<String, String> environment, @Nullable Path file) {
        return new Settings(Values.read(environment, file));
    }

    /**
     * All that the worker needs.
     *
     * @throws SettingsException if something required is not set
     */
    public WorkerSettings worker() {
        values.requireAll(List.of(Catalogue.KAFKA_BOOTSTRAP_SERVERS, Catalogue.DATABASE_URL));
        return new WorkerSettings(
                kafka(),
                database(),
                topics(),
                new ManagementSettings(
                        value(Catalogue.MANAGEMENT_HOST),
                        value(Catalogue.MANAGEMENT_PORT),
                        value(Catalogue.MANAGEMENT_CONSOLE)),
                commands(),
                contacts(),
                value(Catalogue.WORKER_GROUP_ID),
                value(Catalogue.WORKER_LANES),
                value(Catalogue.WORKER_INSTANCE),
                value(Catalogue.WORKER_TRANSACTIONAL_ID_PREFIX),
                value(Catalogue.WORKER_BATCH_SIZE),
                value(Catalogue.WORKER_SHUTDOWN_LIMIT),
                value(Catalogue.WORKER_TRANSACTION_TIMEOUT),
                value(Catalogue.WORKER_MAX_POLL_INTERVAL),
                value(Catalogue.DIRECTORY_LOCK_BUDGET),
                value(Catalogue.WORKER_FAILURES_IN_A_ROW),
                value(Catalogue.OFFSETS_GAP),
                durability(),
                authorization());
    }

    /**
     * The brokers.
     *
     * @throws SettingsException if {@code KAFKA_BOOTSTRAP_SERVERS} is not set
     */
    public KafkaSettings kafka() {
        return new KafkaSettings(
                value(Catalogue.KAFKA_BOOTSTRAP_SERVERS), values.kafkaProperties(), values.kafkaFiles());
    }

    /**
     * The database.
     *
     * @throws SettingsException if {@code DATABASE_URL} is not set
     */
    public DatabaseSettings database() {
        return new DatabaseSettings(
                value(Catalogue.DATABASE_URL),
                values.orNull(Catalogue.DATABASE_USERNAME),
                values.orNull(Catalogue.DATABASE_PASSWORD),
                values.fileOf(Catalogue.DATABASE_URL.property()),
                values.fileOf(Catalogue.DATABASE_PASSWORD.property()),
                value(Catalogue.DATABASE_POOL_SIZE),
                value(Catalogue.DATABASE_CONNECT_TIMEOUT),
                value(Catalogue.DATABASE_LOCK_TIMEOUT),
                value(Catalogue.DATABASE_STATEMENT_TIMEOUT),
                value(Catalogue.DATABASE_SOCKET_TIMEOUT));
    }

    /** The topics and how they are created. */
    public TopicSettings topics() {
        TopicNames names = new TopicNames(
                value(Catalogue.TOPICS_COMMANDS),
                value(Catalogue.TOPICS_RESULTS),
                value(Catalogue.TOPICS_ERRORS),
                value(Catalogue.TOPICS_EMAIL_VERIFICATIONS),
                value(Catalogue.TOPICS_SMS_VERIFICATIONS),
                value(Catalogue.TOPICS_DEAD_LETTERS),
                value(Catalogue.TOPICS_VERIFICATION_OUTCOMES));
        TopicRetention retention = new TopicRetention(
                value(Catalogue.TOPICS_COMMANDS_RETENTION),
                value(Catalogue.TOPICS_ANSWERS_RETENTION),
                value(Catalogue.TOPICS_VERIFICATIONS_RETENTION),
                value(Catalogue.TOPICS_DEAD_LETTERS_RETENTION));
        return new TopicSettings(
                names,
                value(Catalogue.TOPICS_PARTITIONS),
                value(Catalogue.TOPICS_REPLICATION).shortValue(),
                retention);
    }

    /** The limits of one command. */
    public DecoderLimits commands() {
        return new DecoderLimits(value(Catalogue.COMMAND_MAX_BYTES), value(Catalogue.COMMAND_MAX_DEPTH));
    }

    /** What makes a contact acceptable. */
    public ContactSettings contacts() {
        return new ContactSettings(
                value(Catalogue.CONTACTS_LIMIT_PER_DIRECTORY),
                new RuleSettings(
                        value(Catalogue.EMAIL_MAX_LENGTH),
                        value(Catalogue.PHONE_COUNTRY_CODES),
                        value(Catalogue.PHONE_REQUIRED)));
    }

    /** How commands prove that they are permitted; null if they need not. */
    private @Nullable AuthorizationSettings authorization() {
        List<Path> files = values.orNull(Catalogue.AUTHORIZATION_JWKS_FILE);
        if (files == null) {
            return null;
        }
        Map<String, Path> keys = new LinkedHashMap<>();
        List<String> issuers = value(Catalogue.AUTHORIZATION_ISSUER);
        for (int i = 0; i < files.size(); i++) {
            keys.put(issuers.get(i), files.get(i));
        }
        return new AuthorizationSettings(
                keys,
                value(Catalogue.AUTHORIZATION_POLICY_FILE),
                audience(),
                Set.copyOf(value(Catalogue.AUTHORIZATION_ALGORITHMS)),
                value(Catalogue.AUTHORIZATION_LEEWAY));
    }

    /**
     * Who signs tokens: the first of the issuers.
     *
     * @throws SettingsException if none is set
     */
    public String issuer() {
        return value(Catalogue.AUTHORIZATION_ISSUER).get(0);
    }

    /** The audience that a token must name. */
    public String audience() {
        return value(Catalogue.AUTHORIZATION_AUDIENCE);
    }

    /** What brokers and database are expected to keep. */
    public DurabilitySettings durability() {
        return new DurabilitySettings(value(Catalogue.DURABILITY), values.orNull(Catalogue.BACKUP_INTERVAL));
    }

    /** Whether a database is named at all. */
    public boolean namesDatabase() {
        return values.isSet(Catalogue.DATABASE_URL);
    }

    /** How long rejections are kept, empty if for ever. */
    public Optional<Duration> rejectionsKept() {
        return Optional.ofNullable(values.orNull(Catalogue.REJECTIONS_KEPT));
    }

    /** What is logged, and how it looks. */
    public LogSettings log() {
        return new LogSettings(
                value(Catalogue.LOG_LEVEL), value(Catalogue.LOG_FORMAT), value(Catalogue.WORKER_INSTANCE));
    }

    /** What holds now, in the order of the listing, then what goes to the Kafka clients; secrets are masked. */
    public List<Listing.Effective> effective() {
        return Listing.effective(values);
    }

    /** Settings that may be a mistake but do not stop the start, one line each. */
    public List<String> warnings() {
        return Listing.warnings(values);
    }

    private <T> T value(Setting<T> setting) {
        return values.get(setting);
    }
}
