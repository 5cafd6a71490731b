package dev.messagecontact.workshop.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Watches one drain by the offsets that its group commits. One thread uses it, once. */
final class DrainWatch {

    /** The first commands are answered by a cold JVM, so they are measured apart. */
    private static final int COLD = 100_000;

    private static final long BETWEEN_LOOKS = 20_000_000L;
    private static final long LONGEST_STANDSTILL = 60_000_000_000L;

    private final Services services;
    private final int all;
    private final int cold;
    private final List<Long> pids;
    private final long start;
    private Map<String, Double> usedCold = Map.of();
    private long commands;
    private long firstAt;
    private long coldAt;
    private long coldCommands;
    private long lastAt;

    /**
     * @param all commands that the group is to commit
     * @param pids the processes that drain
     * @param start when they were started, by {@link System#nanoTime}
     */
    DrainWatch(Services services, int all, List<Long> pids, long start) {
        this.services = services;
        this.all = all;
        this.cold = Math.min(COLD, all / 2);
        this.pids = pids;
        this.start = start;
    }

    /**
     * Returns when the group has committed all commands.
     *
     * @throws IllegalStateException if it commits nothing for a minute
     */
    DrainWatch untilDone(String name, String group, Consumer<String> progress) {
        long lastChange = start;
        while (commands < all) {
            LockSupport.parkNanos(BETWEEN_LOOKS);
            long now = System.nanoTime();
            if (advanced(now, services.committed(group))) {
                lastChange = now;
                progress.accept("%s: %,d of %,d".formatted(name, commands, all));
            } else if (now - lastChange > LONGEST_STANDSTILL) {
                throw new IllegalStateException(
                        "%s has answered nothing for a minute; its log says why".formatted(name));
            }
        }
        return this;
    }

    private boolean advanced(long now, long committed) {
        if (committed <= commands) {
            return false;
        }
        firstAt = commands == 0 ? now : firstAt;
        if (coldAt == 0 && committed >= cold) {
            coldAt = now;
            coldCommands = committed;
            usedCold = services.cpuSeconds(pids);
        }
        commands = committed;
        lastAt = now;
        return true;
    }

    /** How the drain went; before its processes end, because they are asked what they used. */
    Drain result(Map<String, Double> stageSeconds) {
        Map<String, Double> used = Services.difference(usedCold, services.cpuSeconds(pids));
        double seconds = Math.max(1, lastAt - coldAt) / 1e9;
        double busy = used.values().stream().mapToDouble(each -> each).sum()
                / (seconds * Runtime.getRuntime().availableProcessors());
        used.replaceAll((process, cpu) -> cpu * 100_000 / Math.max(1, commands - coldCommands));
        long peak = pids.stream().mapToLong(ProcessUsage::peakMebibytes).max().orElse(0);
        return new Drain(
                (commands - coldCommands) / seconds,
                coldCommands * 1e9 / (coldAt - start),
                (coldAt - start) / 1e9,
                (firstAt - start) / 1e9,
                used,
                busy,
                stageSeconds,
                peak);
    }
}
