package dev.messagecontact.soak;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How long and how hard.
 *
 * @param seed decides the commands and the faults
 * @param length of the load
 * @param logs a folder for what the workers write
 */
public record SoakSettings(long seed, Duration length, int commandsPerSecond, int workers, Path logs) {}
