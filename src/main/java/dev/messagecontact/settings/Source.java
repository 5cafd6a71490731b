package dev.messagecontact.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The environment, or the properties file: its names checked, its texts by property name, with what came from files of
 * their own already read.
 */
final class Source implements ConfigSource {

    static final String KAFKA = "kafka.";

    private static final String FILE_SUFFIX = Setting.propertyOf(Setting.FILE_SUFFIX);
    private static final int EDITS_OF_A_GUESS = 3;

    private static final int ENVIRONMENT_FIRST = 300;
    private static final int FILE_SECOND = 200;

    private final String name;
    private final int ordinal;
    private final UnaryOperator<String> written;
    private final Map<String, String> texts = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, SecretFile> files = new HashMap<>();

    private Source(String name, int ordinal, UnaryOperator<String> written) {
        this.name = name;
        this.ordinal = ordinal;
        this.written = written;
    }

    static Source ofEnvironment(Map<String, String> environment) {
        List<String> settings = Catalogue.ALL.stream().map(Setting::name).toList();
        Map<String, String> properties = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (EnvironmentNames.isMeantForUs(name, value, settings)) {
                properties.put(Setting.propertyOf(name), value);
            }
        });
        return new Source("environment", ENVIRONMENT_FIRST, Source::environmentName).withAll(properties);
    }

    static Source ofFile(Path file) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(TextFile.read(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(
                    "The settings file %s cannot be read as a properties file in UTF-8".formatted(file));
        }
        Map<String, String> texts = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
        if (texts.containsKey(Catalogue.CONTACTS_CONFIG.property())) {
            throw new SettingsException("The settings file %s cannot name another one".formatted(file));
        }
        return new Source(file.toString(), FILE_SECOND, name -> name + " in " + file).withAll(texts);
    }

    /** How a property is called here, for messages. */
    String written(String property) {
        return written.apply(property);
    }

    /** What is wrong here, a line each. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** The file that this property came from; null if it has none of its own. */
    @Nullable
    SecretFile fileOf(String property) {
        return files.get(property);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public int getOrdinal() {
        return ordinal;
    }

    @Override
    public Set<String> getPropertyNames() {
        return texts.keySet();
    }

    @Override
    public @Nullable String getValue(String property) {
        return texts.get(property);
    }

    private Source withAll(Map<String, String> properties) {
        properties.forEach((property, text) -> SettingsException.gather(problems, () -> take(property, text)));
        return this;
    }

    private void take(String property, String text) {
        if (isSetting(property)) {
            // Templates write an empty value where they have none.
            if (!text.isBlank()) {
                put(property, text);
            }
        } else if (isNameOfFile(property)) {
            if (!text.isBlank()) {
                takeFromFile(property, text);
            }
        } else if (property.startsWith(KAFKA)) {
            checkKafkaKey(property);
            put(property, text);
        } else {
            throw unknown(property);
        }
    }

    private void takeFromFile(String property, String path) {
        String secret = property.substring(0, property.length() - FILE_SUFFIX.length());
        if (!isSetting(secret)) {
            checkKafkaKey(secret);
        }
        SecretFile file = file(property, path);
        put(secret, file.content());
        files.put(secret, file);
    }

    private void put(String property, String text) {
        if (property.startsWith(KAFKA) && !KafkaKeys.isAcceptable(property.substring(KAFKA.length()), text)) {
            throw new SettingsException(written(property) + " has a value that the Kafka clients do not accept");
        }
        if (texts.put(property, text) != null) {
            throw new SettingsException("%s and %s are both set; keep one of them"
                    .formatted(written(property), written(property + FILE_SUFFIX)));
        }
    }

    private SecretFile file(String property, String path) {
        try {
            return new SecretFile(written(property), Path.of(path.trim()));
        } catch (InvalidPathException e) {
            throw new SettingsException(
                    written(property) + " must be the path of a file in UTF-8 that this process can read");
        }
    }

    private static boolean isSetting(String property) {
        return Catalogue.ALL.stream().anyMatch(setting -> setting.property().equals(property));
    }

    private static boolean isNameOfFile(String property) {
        if (!property.endsWith(FILE_SUFFIX)) {
            return false;
        }
        if (property.startsWith(KAFKA)) {
            return !KafkaKeys.isKnown(property.substring(KAFKA.length()));
        }
        return Catalogue.ALL.stream()
                .anyMatch(setting -> setting.isSecret() && property.equals(setting.property() + FILE_SUFFIX));
    }

    /** A misspelt key would be dropped by the clients without a word: {@code security.protcol} would leave TLS off. */
    private void checkKafkaKey(String property) {
        String key = property.substring(KAFKA.length());
        String refusal = KafkaKeys.refusal(key);
        if (refusal != null) {
            throw new SettingsException("%s cannot be set: %s".formatted(written(property), refusal));
        }
        if (!KafkaKeys.isKnown(key)) {
            Nearest.to(key, KafkaKeys.all(), Nearest.EDITS_OF_A_SLIP).ifPresent(meant -> {
                throw new SettingsException("%s is unknown to the Kafka clients; did you mean %s?"
                        .formatted(written(property), written(KAFKA + meant)));
            });
        }
    }

    private SettingsException unknown(String property) {
        List<String> settings = Catalogue.ALL.stream().map(Setting::property).toList();
        Optional<String> meant = Nearest.to(property, settings, EDITS_OF_A_GUESS);
        return new SettingsException("%s is no setting; %s"
                .formatted(
                        written(property),
                        meant.map(name -> "did you mean " + written(name) + "?")
                                .orElse("`contacts settings` lists them")));
    }

    private static String environmentName(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
