package dev.messagecontact.workshop.bench;

import java.util.Map;

/**
 * How a steady rate went. From the command record's timestamp until a read_committed reader has its answer, in milliseconds.
 *
 * @param answers that were read
 * @param cpuMillis by process, per command
 * @param busy share of the machine's cores that worker, broker and PostgreSQL took together, 0 to 1
 */
public record Latency(
        int rate, int answers, long p50, long p99, long p999, Map<String, Double> cpuMillis, double busy) {}
