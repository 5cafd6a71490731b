package dev.messagecontact.settings;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.validation.RuleSettings;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

    private final Map<String, String> environment;
    private final List<Source> sources;
    private final SmallRyeConfig config;

    private Settings(Map<String, String> environment, List<Source> sources, SmallRyeConfig config) {
        this.environment = environment;
        this.sources = sources;
        this.config = config;
    }

    /**
     * Reads and checks them. All that is wrong is reported at once.
     *
     * @param environment such as {@link System#getenv()}
     * @param file a properties file; null for the one that {@code CONTACTS_CONFIG} names, if any
     * @throws SettingsException if a name is unknown, a value is not allowed or a file cannot be read
     */
    public static Settings read(Map<String, String> environment, @Nullable Path file) {
        Set<String> problems = new LinkedHashSet<>();
        List<Source> sources = new ArrayList<>(List.of(Source.ofEnvironment(environment)));
        SettingsException.gather(problems, () -> {
            Path chosen = file != null ? file : fileNamedIn(sources.get(0));
            if (chosen != null) {
                sources.add(Source.ofFile(chosen));
            }
        });
        sources.forEach(source -> problems.addAll(source.problems()));
        // Without interceptors nothing in a value is expanded: a password may hold ${...}.
        SmallRyeConfig config =
                new SmallRyeConfigBuilder().withSources(List.copyOf(sources)).build();
        Settings settings = new Settings(Map.copyOf(environment), sources, config);
        settings.check(problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return settings;
    }

    /**
     * All that the worker needs.
     *
     * @throws SettingsException if something required is not set
     */
    public WorkerSettings worker() {
        requireAll(List.of(Catalogue.KAFKA_BOOTSTRAP_SERVERS, Catalogue.DATABASE_URL));
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
        return new KafkaSettings(value(Catalogue.KAFKA_BOOTSTRAP_SERVERS), kafkaProperties(), kafkaFiles());
    }

    /**
     * The database.
     *
     * @throws SettingsException if {@code DATABASE_URL} is not set
     */
    public DatabaseSettings database() {
        return new DatabaseSettings(
                value(Catalogue.DATABASE_URL),
                valueOrNull(Catalogue.DATABASE_USERNAME),
                valueOrNull(Catalogue.DATABASE_PASSWORD),
                fileOf(Catalogue.DATABASE_URL.property()),
                fileOf(Catalogue.DATABASE_PASSWORD.property()),
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
        List<Path> files = valueOrNull(Catalogue.AUTHORIZATION_JWKS_FILE);
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
        return new DurabilitySettings(value(Catalogue.DURABILITY), valueOrNull(Catalogue.BACKUP_INTERVAL));
    }

    /** Whether a database is named at all. */
    public boolean namesDatabase() {
        return isSet(Catalogue.DATABASE_URL);
    }

    /** How long rejections are kept, empty if for ever. */
    public Optional<Duration> rejectionsKept() {
        return Optional.ofNullable(valueOrNull(Catalogue.REJECTIONS_KEPT));
    }

    /** What is logged, and how it looks. */
    public LogSettings log() {
        return new LogSettings(
                value(Catalogue.LOG_LEVEL), value(Catalogue.LOG_FORMAT), value(Catalogue.WORKER_INSTANCE));
    }

    /** Every setting there is, in the order of the listing. */
    public static List<Described> described() {
        return Catalogue.ALL.stream()
                .map(setting -> new Described(
                        setting.name(),
                        setting.property(),
                        setting.fallback().words(),
                        setting.meaning(),
                        setting.kind().allowed(),
                        setting.isSecret()))
                .toList();
    }

    /** What holds now, in the order of the listing, then what goes to the Kafka clients; secrets are masked. */
    public List<Effective> effective() {
        List<Effective> rows = new ArrayList<>();
        Catalogue.ALL.forEach(setting -> rows.add(effective(setting)));
        kafkaProperties().forEach((key, text) -> {
            String source = config.getConfigValue(Source.KAFKA + key).getConfigSourceName();
            rows.add(new Effective(Source.KAFKA + key, KafkaKeys.printable(key, text), source));
        });
        return rows;
    }

    /**
     * A setting as the listing shows it.
     *
     * @param name in the environment
     * @param property in a properties file
     * @param allowed completes "must be ..."
     * @param mayComeFromFile whether {@code name + "_FILE"} may name a file that holds it
     */
    public record Described(
            String name, String property, String fallback, String meaning, String allowed, boolean mayComeFromFile) {}

    /**
     * A value that holds now.
     *
     * @param value as it may be printed; empty where nothing is set
     * @param source where it comes from: {@code environment}, the file's path or {@code default}
     */
    public record Effective(String name, String value, String source) {}

    /** Settings that may be a mistake but do not stop the start, one line each. */
    public List<String> warnings() {
        return kafkaProperties().keySet().stream()
                .filter(key -> !KafkaKeys.isKnown(key))
                .map(key -> "%s is unknown to the Kafka clients and reaches only their plug-ins%s"
                        .formatted(
                                written(Source.KAFKA + key),
                                Nearest.to(key, KafkaKeys.all(), key.length() / 2)
                                        .map(near -> "; the nearest name that they know is "
                                                + written(Source.KAFKA + key, Source.KAFKA + near))
                                        .orElse("")))
                .toList();
    }

    private void requireAll(List<Setting<?>> required) {
        List<String> problems = new ArrayList<>();
        required.forEach(setting -> SettingsException.gather(problems, () -> value(setting)));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    <T> T value(Setting<T> setting) {
        T value = valueOrNull(setting);
        if (value == null) {
            throw new SettingsException("%s is not set: %s".formatted(setting.name(), setting.meaning()));
        }
        return value;
    }

    <T> @Nullable T valueOrNull(Setting<T> setting) {
        String text = textOrNull(setting);
        if (text == null) {
            return null;
        }
        try {
            return setting.kind().converter().convert(text);
        } catch (IllegalArgumentException e) {
            // The cause is left out: it holds the value.
            throw new SettingsException(
                    "%s must be %s".formatted(written(setting), setting.kind().allowed()));
        }
    }

    private @Nullable String textOrNull(Setting<?> setting) {
        String text = config.getConfigValue(setting.property()).getValue();
        return text != null ? text : setting.fallback().text().apply(this);
    }

    /** The name of this machine; null where it has none. */
    @Nullable
    String hostName() {
        String name = environment.get("HOSTNAME");
        if (name != null && !name.isBlank()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private Map<String, String> kafkaProperties() {
        Map<String, String> properties = new TreeMap<>();
        for (String property : config.getPropertyNames()) {
            if (property.startsWith(Source.KAFKA) && !property.equals(Catalogue.KAFKA_BOOTSTRAP_SERVERS.property())) {
                properties.put(
                        property.substring(Source.KAFKA.length()),
                        config.getConfigValue(property).getRawValue());
            }
        }
        return properties;
    }

    private Map<String, SecretFile> kafkaFiles() {
        Map<String, SecretFile> files = new TreeMap<>();
        for (String key : kafkaProperties().keySet()) {
            SecretFile file = fileOf(Source.KAFKA + key);
            if (file != null) {
                files.put(key, file);
            }
        }
        return files;
    }

    /** The file of its own that a property came from; null if it has none. */
    private @Nullable SecretFile fileOf(String property) {
        Source source = sourceOf(property);
        return source == null ? null : source.fileOf(property);
    }

    private @Nullable Source sourceOf(String property) {
        String name = config.getConfigValue(property).getConfigSourceName();
        return sources.stream()
                .filter(source -> source.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void check(Set<String> problems) {
        for (Setting<?> setting : Catalogue.ALL) {
            if (isSet(setting)) {
                SettingsException.gather(problems, () -> valueOrNull(setting));
            }
        }
        problems.addAll(new Agreement(this).broken());
        problems.addAll(new KafkaAgreement(kafkaProperties(), key -> written(Source.KAFKA + key)).broken());
    }

    private boolean isSet(Setting<?> setting) {
        return config.getConfigValue(setting.property()).getValue() != null;
    }

    private Effective effective(Setting<?> setting) {
        ConfigValue set = config.getConfigValue(setting.property());
        String text = textOrNull(setting);
        String printable = text == null ? "" : setting.kind().printable().apply(text);
        String source = text == null ? "" : set.getValue() == null ? "default" : set.getConfigSourceName();
        return new Effective(setting.name(), printable, source);
    }

    /** How this setting is called where it is set. */
    private String written(Setting<?> setting) {
        return written(setting.property());
    }

    private String written(String property) {
        return written(property, property);
    }

    /** How a property is called where another one is set. */
    private String written(String set, String property) {
        Source source = sourceOf(set);
        return (source == null ? sources.get(0) : source).written(property);
    }

    private static @Nullable Path fileNamedIn(Source environment) {
        String file = environment.getValue(Catalogue.CONTACTS_CONFIG.property());
        try {
            return file == null ? null : Path.of(file);
        } catch (InvalidPathException e) {
            throw new SettingsException(CONFIG_VARIABLE + " must be the path of a properties file");
        }
    }
}
