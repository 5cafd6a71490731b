package dev.messagecontact.workshop.bench;

import dev.messagecontact.workshop.testkit.SampleIssuer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** The commands of a drain with the token of each, signed before anything is measured. */
public final class SignedLoad {

    private static final int BETWEEN_LINES = 5_000;

    private final BenchSettings settings;
    private final SampleIssuer issuer;
    private final List<Header> tokens;

    private SignedLoad(BenchSettings settings, SampleIssuer issuer, List<Header> tokens) {
        this.settings = settings;
        this.issuer = issuer;
        this.tokens = tokens;
    }

    /**
     * Signs the commands on all cores.
     *
     * @param progress gets a line about the progress from time to time
     */
    public static SignedLoad of(BenchSettings settings, SampleIssuer issuer, Consumer<String> progress) {
        CommandMix mix = new CommandMix("", settings.seed(), settings.directories());
        List<Header> tokens = new ArrayList<>(settings.commands());
        while (tokens.size() < settings.commands()) {
            List<byte[]> values = new ArrayList<>();
            for (int i = 0; i < Math.min(BETWEEN_LINES, settings.commands() - tokens.size()); i++) {
                values.add(mix.next().value());
            }
            tokens.addAll(values.parallelStream().map(issuer::token).toList());
            progress.accept("signing: %,d of %,d".formatted(tokens.size(), settings.commands()));
        }
        return new SignedLoad(settings, issuer, tokens);
    }

    /** The settings of a drain of them, with permissions on or off. */
    public BenchSettings settings(boolean permissions) {
        return permissions ? settings.with(issuer.settings()) : settings;
    }

    /** Gives each command with its token, in their order. */
    void forEach(String topic, Consumer<ProducerRecord<byte[], byte[]>> consumer) {
        CommandMix mix = new CommandMix(topic, settings.seed(), settings.directories());
        for (Header token : tokens) {
            ProducerRecord<byte[], byte[]> command = mix.next();
            consumer.accept(new ProducerRecord<>(topic, null, command.key(), command.value(), List.of(token)));
        }
    }
}
