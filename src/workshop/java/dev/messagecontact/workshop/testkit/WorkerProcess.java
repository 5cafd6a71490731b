package dev.messagecontact.workshop.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.workshop.embedded.AtExit;
import dev.messagecontact.workshop.embedded.Loopback;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A worker in a process of its own, as production runs it: {@code contacts worker} on the production class path, told by
 * its environment. Any thread may call it. What is not closed is killed when the JVM exits.
 */
public final class WorkerProcess implements AutoCloseable {

    /** The options of a JVM so small that there is room for several. */
    public static final List<String> SMALL =
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");

    private final Process process;
    private final Path log;
    private final long logStart;
    private final int managementPort;

    private WorkerProcess(Process process, Path log, long logStart, int managementPort) {
        this.process = process;
        this.log = log;
        this.logStart = logStart;
        this.managementPort = managementPort;
    }

    /**
     * Starts it in a {@link #SMALL} JVM.
     *
     * @param settings its environment; of ours it gets nothing but what finds programs
     * @param log gets what it writes, after what is there
     */
    public static WorkerProcess start(Map<String, String> settings, Path log) {
        return start(SMALL, settings, log);
    }

    /**
     * Starts it in a JVM of these options, with a free management port.
     *
     * @param settings its environment, but for that port; of ours it gets nothing but what finds programs
     * @param log gets what it writes, after what is there
     */
    public static WorkerProcess start(List<String> jvmOptions, Map<String, String> settings, Path log) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", productionClassPath(), "dev.messagecontact.Contacts", "worker"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "TMPDIR"));
        builder.environment().putAll(settings);
        int managementPort = Loopback.freePort();
        builder.environment().put("MANAGEMENT_PORT", Integer.toString(managementPort));
        try {
            long logStart = Files.exists(log) ? Files.size(log) : 0;
            return killedAtExit(new WorkerProcess(builder.start(), log, logStart, managementPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WorkerProcess killedAtExit(WorkerProcess worker) {
        try {
            AtExit.close(worker);
            return worker;
        } catch (IllegalStateException exiting) {
            worker.process.destroyForcibly();
            throw exiting;
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Waits until it listens to SIGTERM: a Java that has just begun to start does not.
     *
     * @return false if it has ended before, or does not within this time
     */
    public boolean awaitUp(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            if (answers()) {
                return true;
            }
            LockSupport.parkNanos(50_000_000L);
        }
        return false;
    }

    /** Its management port answers only after it has begun to listen to SIGTERM. */
    private boolean answers() {
        try {
            URI health = URI.create("http://127.0.0.1:" + managementPort + "/health/live");
            HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(1_000);
            connection.getResponseCode();
            connection.disconnect();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The port of its metrics and health, which answers once it is up. */
    public int managementPort() {
        return managementPort;
    }

    /** {@code kill -9}: it ends wherever it is. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(10));
    }

    /** SIGTERM: asks it to end in good order; returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** SIGSTOP: the process pauses, and its connections stay open. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT: it goes on as if nothing had been. */
    public void thaw() {
        signal("CONT");
    }

    /**
     * Waits for its end.
     *
     * @return its exit code; 128 and more say that a signal ended it
     * @throws IllegalStateException if it has not ended within this time
     */
    public int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the worker has not ended within " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        AtExit.forget(this);
        return process.exitValue();
    }

    /** What it wrote so far. */
    public String output() {
        try {
            byte[] all = Files.readAllBytes(log);
            int start = (int) Math.min(logStart, all.length);
            return new String(all, start, all.length - start, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it, if it still runs. */
    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        AtExit.forget(this);
    }

    private void signal(String name) {
        try {
            int exitCode = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exitCode != 0 && process.isAlive()) {
                throw new IllegalStateException("the worker could not be sent SIG" + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The program that starts a JVM. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Where the product is a jar, all that it needs are jars: a folder holds tests. */
    public static String productionClassPath() {
        List<String> all = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        boolean isJar = all.stream().anyMatch(WorkerProcess::isProduct);
        return all.stream()
                .filter(entry -> !entry.contains("lib-workshop") && !entry.endsWith("-workshop.jar"))
                .filter(entry -> !isJar || entry.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isProduct(String entry) {
        String name = Path.of(entry).getFileName().toString();
        return name.startsWith("message-contact-worker-") && name.endsWith(".jar") && !name.endsWith("-workshop.jar");
    }
}
