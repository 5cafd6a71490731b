package dev.messagecontact.settings;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The value of each setting, and where it is set: the environment goes before the properties file, the file before the defaults. */
final class Values {

    private final Map<String, String> environment;
    private final List<Source> sources;
    private final SmallRyeConfig config;

    private Values(Map<String, String> environment, List<Source> sources, SmallRyeConfig config) {
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
    static Values read(Map<String, String> environment, @Nullable Path file) {
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
        Values values = new Values(Map.copyOf(environment), sources, config);
        values.check(problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return values;
    }

    private static @Nullable Path fileNamedIn(Source environment) {
        String file = environment.getValue(Catalogue.CONTACTS_CONFIG.property());
        try {
            return file == null ? null : Path.of(file);
        } catch (InvalidPathException e) {
            throw new SettingsException(Settings.CONFIG_VARIABLE + " must be the path of a properties file");
        }
    }

    private void check(Set<String> problems) {
        for (Setting<?> setting : Catalogue.ALL) {
            if (isSet(setting)) {
                SettingsException.gather(problems, () -> orNull(setting));
            }
        }
        problems.addAll(new Agreement(this).broken());
        problems.addAll(new KafkaAgreement(kafkaProperties(), key -> written(Source.KAFKA + key)).broken());
    }

    void requireAll(List<Setting<?>> required) {
        List<String> problems = new ArrayList<>();
        required.forEach(setting -> SettingsException.gather(problems, () -> get(setting)));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    <T> T get(Setting<T> setting) {
        T value = orNull(setting);
        if (value == null) {
            throw new SettingsException("%s is not set: %s".formatted(setting.name(), setting.meaning()));
        }
        return value;
    }

    <T> @Nullable T orNull(Setting<T> setting) {
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

    /** As it is written, or the default; null if there is neither. */
    @Nullable
    String textOrNull(Setting<?> setting) {
        String text = config.getConfigValue(setting.property()).getValue();
        return text != null ? text : setting.fallback().text().apply(this);
    }

    /** Whether it is written anywhere. */
    boolean isSet(Setting<?> setting) {
        return config.getConfigValue(setting.property()).getValue() != null;
    }

    /** Where a property is written, in the words of the listing. */
    String sourceNameOf(String property) {
        return config.getConfigValue(property).getConfigSourceName();
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

    /** What goes to the Kafka clients, by their keys. */
    Map<String, String> kafkaProperties() {
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

    /** Which of these came from files of their own. */
    Map<String, SecretFile> kafkaFiles() {
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
    @Nullable
    SecretFile fileOf(String property) {
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

    /** How this setting is called where it is set. */
    private String written(Setting<?> setting) {
        return written(setting.property());
    }

    String written(String property) {
        return written(property, property);
    }

    /** How a property is called where another one is set. */
    String written(String set, String property) {
        Source source = sourceOf(set);
        return (source == null ? sources.get(0) : source).written(property);
    }
}
