package dev.messagecontact.workshop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process and its descendants have used so far, by Linux. */
final class ProcessUsage {

    private static final double TICKS_PER_SECOND = 100; // of Linux on every platform that PostgreSQL's binaries are for
    private static final int UTIME = 11; // in what follows the command's closing parenthesis in /proc/PID/stat
    private static final int OF_ITSELF = 2;
    private static final int WITH_ENDED_CHILDREN = 4;

    private ProcessUsage() {}

    /** CPU seconds, user and system, of the process, its descendants and those that have ended. */
    static double cpuSeconds(long pid) {
        long ticks = ticks(pid, WITH_ENDED_CHILDREN);
        try (Stream<ProcessHandle> living = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
            return (ticks
                            + living.mapToLong(child -> ticks(child.pid(), OF_ITSELF))
                                    .sum())
                    / TICKS_PER_SECOND;
        }
    }

    /** The most memory that the process has had resident, in MiB; 0 if it has ended. */
    static long peakMebibytes(long pid) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private static long ticks(long pid, int fields) {
        String stat = read(pid, "stat");
        String[] values = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        long sum = 0;
        for (int i = UTIME; i < UTIME + fields && i < values.length; i++) {
            sum += Long.parseLong(values[i]);
        }
        return sum;
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), file));
        } catch (NoSuchFileException ended) {
            return "";
        } catch (IOException e) {
            if (ProcessHandle.of(pid).isEmpty()) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }
}
