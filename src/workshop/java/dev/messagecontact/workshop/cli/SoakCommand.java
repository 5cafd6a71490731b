package dev.messagecontact.workshop.cli;

import dev.messagecontact.cli.line.ExitCodes;
import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.cli.print.AuditReportText;
import dev.messagecontact.recovery.audit.AuditReport;
import dev.messagecontact.workshop.embedded.AtExit;
import dev.messagecontact.workshop.soak.FaultKind;
import dev.messagecontact.workshop.soak.Soak;
import dev.messagecontact.workshop.soak.SoakReport;
import dev.messagecontact.workshop.soak.SoakSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code contacts soak}. */
@Command(
        name = "soak",
        description = "Check on this machine that nothing is lost or doubled under faults: start a broker, a database "
                + "and worker processes, publish good and bad commands while random faults are caused (workers "
                + "killed and frozen, servers crashed and restarted, connections cut, silent and half-open, locks "
                + "held), then run the audit.",
        exitCodeList = {
            "0:complete: every command has its one answer",
            "1:there are holes, or a worker did what no worker may",
            "2:the command line is wrong; one line on standard error names it"
        })
public final class SoakCommand implements Callable<Integer> {

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "2",
            description = "How long the load lasts, in minutes; fractions are allowed (default: 2).")
    private double minutes;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Repeat the commands and faults of the run that printed this seed (default: a new one).")
    private @Nullable Long seed;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "200",
            description = "Commands per second (default: 200).")
    private int rate;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Worker processes, 1 to 10 (default: 2).")
    private int workers;

    @Option(
            names = "--only",
            paramLabel = "FAULT",
            split = ",",
            description = "Only faults of this kind; may be given more than once: ${COMPLETION-CANDIDATES} "
                    + "(default: all).")
    private Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);

    @Option(
            names = "--logs",
            paramLabel = "FOLDER",
            description = "A folder to keep the logs of workers and servers (default: they are deleted).")
    private @Nullable Path logs;

    @Mixin
    private final ProgressLine progress = new ProgressLine(Duration.ofSeconds(10));

    @Mixin
    private final Invocation invocation = new Invocation();

    @Override
    public Integer call() throws IOException {
        if (!(minutes > 0 && minutes <= 10_000) || rate < 1 || rate > 100_000 || workers < 1 || workers > 10) {
            throw invocation.badUsage("--minutes must be more than 0, --rate 1 to 100000, and --workers 1 to 10");
        }
        if (logs != null) {
            return soak(Files.createDirectories(logs));
        }
        Path folder = Files.createTempDirectory("soak-");
        AutoCloseable removal = () -> remove(folder);
        AtExit.close(removal); // the last to be closed: it was the first to be added
        try {
            return soak(folder);
        } finally {
            AtExit.forget(removal);
            remove(folder);
        }
    }

    private int soak(Path folder) {
        LogFile.appendTo(folder.resolve("servers.log"));
        long drawn = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
        Duration length = Duration.ofMillis(Math.round(minutes * 60_000));
        PrintWriter out = invocation.out();
        out.printf("seed %d; starting Kafka, PostgreSQL and %d workers ...%n", drawn, workers);
        out.flush();
        try (Soak soak = Soak.prepare(new SoakSettings(drawn, length, rate, workers, kinds, folder))) {
            soak.plan().forEach(out::println);
            out.flush();
            SoakReport report = soak.run(progress::show);
            print(report, out);
            return report.isGood() ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private static void print(SoakReport report, PrintWriter out) {
        out.println();
        report.complaints().forEach(out::println);
        AuditReport audit = report.audit();
        if (audit != null) {
            out.print(AuditReportText.plain(audit));
        }
        out.printf(
                Locale.ROOT,
                "%s: %,d commands got %,d answers through %d faults, from %d worker processes.%n",
                report.isGood() ? "Good" : "NOT GOOD",
                report.commands(),
                report.answers(),
                report.faults(),
                report.processes());
        out.flush();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
