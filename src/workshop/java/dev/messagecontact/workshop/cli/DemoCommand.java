package dev.messagecontact.workshop.cli;

import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.cli.EventFeed;
import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.cli.option.ProgressOption;
import dev.messagecontact.cli.print.TextTable;
import dev.messagecontact.directory.DirectorySettings;
import dev.messagecontact.settings.KafkaSettings;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import dev.messagecontact.verification.ContactStatus;
import dev.messagecontact.workshop.testkit.LifeCommands;
import dev.messagecontact.workshop.testkit.OutcomeTally;
import dev.messagecontact.workshop.testkit.SampleCommands;
import dev.messagecontact.workshop.testkit.SampleIssuer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code contacts demo}. */
@Command(
        name = "demo",
        description = "Show the whole flow on real servers: start a broker, a database and the worker on this "
                + "machine, publish sample commands (good, wrong, repeated, unreadable), and print their answers. "
                + "It leaves nothing behind.")
public final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--commands",
            paramLabel = "N",
            defaultValue = "300",
            description = "How many sample commands, at least " + SampleCommands.AT_LEAST + " (default: 300).")
    private int commands;

    @Option(
            names = "--permissions",
            description =
                    "Switch permissions on: all commands are signed with a key pair made for the demo, directories "
                            + "get an account, and one command more comes from a sender whom the policy does not allow it.")
    private boolean permissions;

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    @Mixin
    private final Invocation invocation = new Invocation();

    private @Nullable SampleIssuer issuer;

    @Override
    public Integer call() throws IOException {
        if (commands < SampleCommands.AT_LEAST) {
            throw invocation.badUsage("--commands must be at least " + SampleCommands.AT_LEAST + " to show everything");
        }
        issuer = permissions ? SampleIssuer.in(folderUntilExit(), "RS256") : null;
        say("starting Kafka, PostgreSQL and the worker ...");
        try (LocalServices local = LocalServices.start(false, issuer == null ? Map.of() : issuer.settings())) {
            return show(local) ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private static Path folderUntilExit() throws IOException {
        Path folder = Files.createTempDirectory("demo-");
        for (Path each : List.of(folder, folder.resolve("jwks.json"), folder.resolve("policy.json"))) {
            each.toFile().deleteOnExit(); // the last one first
        }
        return folder;
    }

    /** Returns false if it was interrupted. */
    private boolean show(LocalServices local) {
        WorkerSettings settings = local.settings().worker();
        TopicNames topics = settings.topics().names();
        OutcomeTally tally = new OutcomeTally();
        List<ProducerRecord<byte[], byte[]>> samples = samples(topics, local);
        long start = System.nanoTime();
        try (ProgressBar progress = progress();
                EventFeed events = new EventFeed(settings.kafka(), topics.events())) {
            submit(settings.kafka(), samples);
            boolean answered = follow(events, samples.size(), tally, local, progress);
            double seconds = (System.nanoTime() - start) / 1e9;
            List<ProducerRecord<byte[], byte[]>> life = signed(topics, new LifeCommands(topics).ofSamples());
            submit(settings.kafka(), life);
            if (!answered || !follow(events, samples.size() + life.size(), tally, local, progress)) {
                return false;
            }
            events.rest().forEach(tally::count);
            print(tally, seconds, local);
            return true;
        }
    }

    /** With permissions on, all of them are signed, their directories have an account, and the last one is to be denied. */
    private List<ProducerRecord<byte[], byte[]>> samples(TopicNames topics, LocalServices local) {
        List<ProducerRecord<byte[], byte[]>> samples = signed(topics, SampleCommands.of(topics.commands(), commands));
        if (issuer == null) {
            return samples;
        }
        DirectorySettings directories = new DirectorySettings(local.database().dsl());
        samples.stream()
                .map(ProducerRecord::key)
                .filter(Objects::nonNull)
                .map(key -> new String(key, UTF_8))
                .distinct()
                .forEach(id -> directories.setAccount(id, SampleIssuer.ACCOUNT, "demo"));
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(samples);
        all.add(issuer.signedByStranger(SampleCommands.ofStranger(topics.commands())));
        return all;
    }

    /** What a sender of verifications reports needs no permission. */
    private List<ProducerRecord<byte[], byte[]>> signed(
            TopicNames topics, List<ProducerRecord<byte[], byte[]>> records) {
        if (issuer != null) {
            records.stream()
                    .filter(record -> record.topic().equals(topics.commands()))
                    .forEach(issuer::signed);
        }
        return records;
    }

    /** Returns false if it was interrupted before there were so many answers. */
    private static boolean follow(
            EventFeed events, int answers, OutcomeTally tally, LocalServices local, @Nullable ProgressBar progress) {
        while (tally.answers() < answers) {
            if (!local.isAtWork()) {
                return false;
            }
            events.next().forEach(tally::count);
            if (progress != null) {
                progress.stepTo(tally.answers());
            }
        }
        return true;
    }

    private void print(OutcomeTally tally, double seconds, LocalServices local) {
        PrintWriter out = invocation.out();
        out.println();
        out.print(TextTable.of(List.of("OUTCOME", "CODE", "COUNT", "EXAMPLE"), tally.rows()));
        out.println();
        out.printf(
                Locale.ROOT,
                "%,d commands were answered in %.1f s. %,d of the results repeat an earlier one, because the same command"
                        + " was sent twice; %,d contacts are in PostgreSQL.%n",
                commands,
                seconds,
                tally.repeats(),
                count(local, ContactStatus.VERIFYING) + count(local, ContactStatus.ACTIVE));
        out.printf(
                Locale.ROOT,
                "After that, the sender of emails confirmed that a contact was reached, and a contact was deleted: %d is"
                        + " Active, %d is Deleted and its name is free again.%n",
                count(local, ContactStatus.ACTIVE),
                count(local, ContactStatus.DELETED));
        if (permissions) {
            out.println(
                    "Permissions were on: the policy allows one sender everything. The command of another was denied with"
                            + " 403 NoPermission, and so was one whose token does not cover its directory.");
        }
        out.flush();
    }

    private static int count(LocalServices local, ContactStatus status) {
        return local.database().dsl().fetchCount(MESSAGE_CONTACT, MESSAGE_CONTACT.STATUS.eq(status.wireName()));
    }

    private static void submit(KafkaSettings kafka, List<ProducerRecord<byte[], byte[]>> records) {
        try (var producer =
                new KafkaProducer<>(kafka.forProducer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            records.forEach(record -> send(producer, record));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a command that got lost would be missed among the answers
    private static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    private @Nullable ProgressBar progress() {
        return progress.hasBars()
                ? new ProgressBarBuilder()
                        .setTaskName("answers")
                        .setInitialMax(commands)
                        .build()
                : null;
    }

    private void say(String line) {
        PrintWriter err = invocation.err();
        err.println(line);
        err.flush();
    }
}
