package dev.messagecontact.workshop.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * How long and how hard.
 *
 * @param seed decides the commands and the faults
 * @param length of the load
 * @param kinds the faults that may be caused, at least one
 * @param logs a folder for what the workers write
 */
public record SoakSettings(
        long seed, Duration length, int commandsPerSecond, int workers, Set<FaultKind> kinds, Path logs) {}
