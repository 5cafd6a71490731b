package dev.messagecontact.settings;

import java.util.ArrayList;
import java.util.List;

/** The settings as they are listed: what there is, what holds now, and what may be a mistake. */
public final class Listing {

    private Listing() {}

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
    static List<Effective> effective(Values values) {
        List<Effective> rows = new ArrayList<>();
        Catalogue.ALL.forEach(setting -> rows.add(effective(setting, values)));
        values.kafkaProperties().forEach((key, text) -> {
            String source = values.sourceNameOf(Source.KAFKA + key);
            rows.add(new Effective(Source.KAFKA + key, KafkaKeys.printable(key, text), source));
        });
        return rows;
    }

    private static Effective effective(Setting<?> setting, Values values) {
        String text = values.textOrNull(setting);
        String printable = text == null ? "" : setting.kind().printable().apply(text);
        String source = text == null ? "" : values.isSet(setting) ? values.sourceNameOf(setting.property()) : "default";
        return new Effective(setting.name(), printable, source);
    }

    /** Settings that may be a mistake but do not stop the start, one line each. */
    static List<String> warnings(Values values) {
        return values.kafkaProperties().keySet().stream()
                .filter(key -> !KafkaKeys.isKnown(key))
                .map(key -> "%s is unknown to the Kafka clients and reaches only their plug-ins%s"
                        .formatted(
                                values.written(Source.KAFKA + key),
                                Nearest.to(key, KafkaKeys.all(), key.length() / 2)
                                        .map(near -> "; the nearest name that they know is "
                                                + values.written(Source.KAFKA + key, Source.KAFKA + near))
                                        .orElse("")))
                .toList();
    }
}
