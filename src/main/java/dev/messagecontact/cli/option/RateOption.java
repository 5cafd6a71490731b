package dev.messagecontact.cli.option;

import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.recovery.Pace;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option that limits how fast a command publishes. */
public final class RateOption extends Invocation {

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "Infinity",
            description = "The most commands per second (default: no limit).")
    private double rate;

    /** @throws ParameterException if the rate is not more than 0 */
    public Pace pace() {
        if (rate <= 0) {
            throw badUsage("--rate must be more than 0");
        }
        return new Pace(rate, System::nanoTime, LockSupport::parkNanos);
    }
}
