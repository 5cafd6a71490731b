package dev.messagecontact.workshop.bench;

import java.util.Map;

/**
 * How one drain went.
 *
 * @param commandsPerSecond after the first 100,000 commands (or half of fewer)
 * @param coldCommandsPerSecond over those first ones, start of the process included
 * @param secondsToCold from the start of the process until those are answered
 * @param secondsToFirstAnswer from the start of the process
 * @param cpuSeconds by process, per 100,000 commands, after the first ones
 * @param busy share of the machine's cores that the process, broker and PostgreSQL took together after the first ones, 0 to 1
 * @param stageSeconds by stage of the worker, over the whole drain and all lanes; empty for the bare loop
 * @param peakMebibytes of resident memory, of the process that had most
 */
public record Drain(
        double commandsPerSecond,
        double coldCommandsPerSecond,
        double secondsToCold,
        double secondsToFirstAnswer,
        Map<String, Double> cpuSeconds,
        double busy,
        Map<String, Double> stageSeconds,
        long peakMebibytes) {}
